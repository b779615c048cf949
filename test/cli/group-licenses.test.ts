import t from 'tap'
import { skuOf } from '../licensing/products.ts'
import { groupLicenceBed } from './group-license-bed.ts'

const bed = await groupLicenceBed(t)
const { group, users, licenses, held, summaryOf } = bed

t.test('a group gets products in one request, its users have them, and the undo takes them', async t => {
  const members = users(3)
  const { id, name } = await group(members)
  const dry = await licenses('assign', '--group', name, '--sku', 'SPE_E3,Power BI Pro', '--dry-run', '--wait')
  t.match([dry.status, summaryOf(dry).summary.counts], [0, { pending: 2 }], dry.stderr)
  t.strictSame(await held(members, 'SPE_E3'), ['', '', ''])
  await bed.writes()
  const made = await licenses(
    'assign',
    '--group',
    id,
    '--sku',
    'SPE_E3,POWER_BI_PRO',
    '--disable-plans',
    'SWAY',
    '--wait',
  )
  t.match([made.status, summaryOf(made).summary.counts], [0, { done: 2, failed: 0 }], made.stderr)
  t.match(JSON.parse(made.stdout), { licensing: { active: 6, inError: 0, pending: 0 } })
  t.strictSame(Object.values(await bed.writes()), [1])
  t.strictSame(await held(members, 'SPE_E3'), ['group -1', 'group -1', 'group -1'])
  t.strictSame(await held(members, 'POWER_BI_PRO'), ['group', 'group', 'group'])
  const again = await licenses('assign', '--group', name, '--sku', 'SPE_E3')
  t.match([again.status, summaryOf(again).summary.counts], [0, { unchanged: 1 }], 'plans stay as they are')
  const whole = await licenses('assign', '--group', name, '--sku', 'SPE_E3', '--disable-plans', 'none', '--wait')
  t.match([whole.status, summaryOf(whole).summary.counts], [0, { done: 1 }], whole.stderr)
  t.strictSame(await held(members, 'SPE_E3'), ['group', 'group', 'group'])
  const back = await bed.run('runs', 'undo', summaryOf(whole).run, '--yes', '--json')
  t.equal(back.status, 0, back.stderr)
  t.strictSame(await held(members, 'SPE_E3'), ['group -1', 'group -1', 'group -1'])
  const undone = await bed.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.match([undone.status, summaryOf(undone).summary.counts], [0, { done: 2 }], undone.stderr)
  t.strictSame(await held(members, 'SPE_E3'), ['', '', ''])
})

t.test('a group goes by its mail address, too, and a Microsoft 365 group with security assigns products', async t => {
  const members = users(1)
  const { id } = await group(members, { groupTypes: ['Unified'], mailEnabled: true })
  const mail = String((await bed.graph('GET', `/groups/${id}?$select=mail`))['mail'])
  const made = await licenses('assign', '--group', mail, '--sku', 'POWER_BI_PRO', '--wait')
  t.match([made.status, summaryOf(made).summary.counts], [0, { done: 1 }], made.stderr)
  t.strictSame(await held(members, 'POWER_BI_PRO'), ['group'])
})

t.test('what is wrong with the command stops it before anything is sent', async t => {
  const { name } = await group([])
  await bed.writes()
  for (const [flags, message] of [
    [['--group', 'No such group', '--sku', 'SPE_E3'], /has no group named .{1,2}No such group/],
    [['--group', name, '--sku', 'SPE_E33'], /No product has/],
    [['--group', name, '--sku', 'SPE_E5'], /does not have Microsoft 365 E5/],
    [['--group', name], /No product was named|--sku/],
    [['--sku', 'SPE_E3'], /--group/],
    [['--group', name, '--sku', 'SPE_E3', '--only-plans', 'SWAY', '--disable-plans', 'SWAY'], /Only one of/],
    [['--group', name, '--sku', 'SPE_E3', '--disable-plans', 'SWAYY'], /no plan/],
    [['--group', name, '--sku', 'SPE_E3', '--wait', 'long'], /time with its unit/],
    [['--group', name, '--sku', 'SPE_E3', '--wiat'], /Unknown option/],
  ] as const) {
    const { status, stderr } = await licenses('assign', ...flags)
    t.match([status, stderr], [2, message])
  }
  t.strictSame(await bed.writes(), {})
})

t.test('a group without security, a synced name, or a conflict inside the group is a failed row', async t => {
  const { id } = await group([], { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false })
  const without = await licenses('assign', '--group', id, '--sku', 'SPE_E3')
  t.match([without.status, without.results], [3, [{ code: 'GROUP_NOT_SECURITY_ENABLED' }]], without.stderr)
  const { id: both } = await group([])
  const conflict = await licenses('assign', '--group', both, '--sku', 'SPE_E3,SPB')
  t.equal(conflict.status, 3, conflict.stderr)
  t.match(conflict.results, [{ message: /The group would assign .* exclude each other/ }, {}])
})

t.test('members who cannot have the product are failed rows of the wait, with what to do', async t => {
  const members = users(5)
  const { name, id } = await group(members)
  const assign = ['licenses', 'group', 'assign', '--group', name, '--sku', 'VISIOCLIENT', '--tenant', 'sandbox']
  const dry = await bed.run(...assign, '--dry-run')
  t.match([dry.status, dry.stderr], [0, /Seats of Visio Plan 2 \(VISIOCLIENT\) are short by 2/])
  const made = await licenses('assign', '--group', name, '--sku', 'VISIOCLIENT', '--wait', '1h')
  t.equal(made.status, 3, made.stderr)
  t.match(JSON.parse(made.stdout), {
    status: 'Failed',
    licensing: { group: id, active: 3, inError: 2, errors: { CountViolation: 2 }, pending: 0 },
  })
  const failed = made.results.filter(({ outcome }) => outcome === 'failed')
  t.match(failed, [
    { code: 'CountViolation', message: /No seat of the product was free/, fix: /Buy seats/ },
    { code: 'CountViolation' },
  ])
  const rows = await bed.status(name)
  t.match(
    rows.filter(({ row }) => row === 'member'),
    [
      { error: 'CountViolation', skuPartNumber: 'VISIOCLIENT', meaning: /seat/, whatToDo: /Buy/ },
      { error: 'CountViolation' },
    ],
  )
  t.match(rows.at(-1), { row: 'product', members: 5, active: 3, inError: 2, pending: 0 })
  const csv = await bed.run('licenses', 'group', 'status', '--group', id, '--tenant', 'sandbox', '--to', 'errors.csv')
  t.match([csv.status, bed.textOf('errors.csv').split('\n').length], [0, 5], csv.stderr)

  const still = await licenses('reprocess', '--group', name)
  t.match([still.status, summaryOf(still).summary.counts], [3, { failed: 2 }], still.stderr)
  t.match(still.results, [{ code: 'CountViolation', message: /^Visio Plan 2/ }, { code: 'CountViolation' }])
  await bed.control('PUT', '/seats', { sku: 'VISIOCLIENT', enabled: 4 })
  const one = await licenses('reprocess', '--group', name, '--wait')
  t.match([one.status, summaryOf(one).summary.counts], [3, { done: 1, failed: 1 }], one.stderr)
  t.strictSame(
    one.results.filter(({ outcome }) => outcome === 'failed').map(({ code, operation }) => [code, operation]),
    [
      ['CountViolation', 'reprocess-license'],
      ['CountViolation', 'reprocess-license'],
    ],
  )
  await bed.control('PUT', '/seats', { sku: 'VISIOCLIENT', enabled: 5 })
  const fixed = await licenses('reprocess', '--group', name, '--sku', 'VISIOCLIENT', '--wait')
  t.match([fixed.status, summaryOf(fixed).summary.counts], [0, { done: 1 }], fixed.stderr)
  t.match(JSON.parse(fixed.stdout), { licensing: { active: 5, inError: 0 } })
  const none = await licenses('reprocess', '--group', name)
  t.match([none.status, summaryOf(none).summary.counts], [0, { rows: 0 }], none.stderr)
  const first = await licenses('reprocess', '--group', name, '--id', members[0]!)
  t.match([first.status, summaryOf(first).summary.counts], [0, { unchanged: 1 }], first.stderr)
})

t.test('what members lose counts as removals, one for each of them', async t => {
  const members = users(12)
  const { name, id } = await group(members)
  await bed.assignGroup(id, 'POWER_BI_PRO')
  const braked = await bed.run(
    ...['licenses', 'group', 'remove', '--group', name, '--sku', 'POWER_BI_PRO', '--tenant', 'sandbox', '--yes'],
    ...['--max-removals', '11'],
  )
  t.match([braked.status, braked.stderr], [5, /would take licences from 12 users, and the limit is 11/])
  t.strictSame(await bed.assignedBy(id), [skuOf('POWER_BI_PRO')])
  const removed = await licenses('remove', '--group', name, '--sku', 'POWER_BI_PRO', '--max-removals', '12', '--wait')
  t.match([removed.status, summaryOf(removed).summary.counts], [0, { done: 1 }], removed.stderr)
  t.match(JSON.parse(removed.stdout), { licensing: { active: 12, inError: 0 } })
  t.strictSame(new Set(await held(members, 'POWER_BI_PRO')), new Set(['']))
  const again = await licenses('remove', '--group', name, '--sku', 'POWER_BI_PRO')
  t.match([again.status, summaryOf(again).summary.counts], [0, { unchanged: 1 }])
  const undone = await bed.run('runs', 'undo', summaryOf(removed).run, '--yes', '--json')
  t.equal(undone.status, 0, undone.stderr)
  t.strictSame(new Set(await held(members, 'POWER_BI_PRO')), new Set(['group']))
})

t.test(
  'a group keeps what a member would lose who holds a privileged role, unless the member has it otherwise',
  async t => {
    const [member] = users(1) as [string]
    const { value } = (await bed.graph('GET', '/roleManagement/directory/roleAssignments')) as unknown as {
      readonly value: readonly { readonly principalId: string; readonly roleDefinitionId: string }[]
    }
    const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10'
    const admin = value.find(({ roleDefinitionId }) => roleDefinitionId === globalAdministrator)!.principalId
    const { name, id } = await group([member, admin])
    await bed.assignGroup(id, 'POWER_BI_PRO')
    await bed.writes()
    const remove = ['--group', name, '--sku', 'POWER_BI_PRO']
    const why = { code: 'PROTECTED', message: new RegExp(`${admin} is protected: .*It would lose something`) }
    const dry = await licenses('remove', ...remove, '--dry-run')
    t.match([dry.status, dry.results], [3, [{ outcome: 'failed', ...why }]], dry.stderr)
    const refused = await licenses('remove', ...remove)
    t.match([refused.status, refused.results], [3, [why]], refused.stderr)
    t.strictSame([await bed.writes(), await bed.assignedBy(id)], [{}, [skuOf('POWER_BI_PRO')]])
    await bed.assign(admin, 'POWER_BI_PRO')
    const kept = await licenses('remove', ...remove, '--wait')
    t.match([kept.status, summaryOf(kept).summary.counts], [0, { done: 1 }], kept.stderr)
    t.strictSame(await held([member, admin], 'POWER_BI_PRO'), ['', 'direct'])
  },
)

t.test('the preview says how many members lose a plan that the group turns off', async t => {
  const members = users(4)
  const { name, id } = await group(members)
  await bed.assignGroup(id, 'SPE_E3')
  await bed.assign(members[0]!, 'SPE_E3', ['TEAMS1'])
  const off = ['--group', name, '--sku', 'SPE_E3', '--disable-plans', 'SWAY,TEAMS1']
  const preview = ['licenses', 'group', 'assign', '--tenant', 'sandbox', '--dry-run']
  const dry = await bed.run(...preview, ...off)
  t.equal(dry.status, 0, dry.stderr)
  t.match(dry.stderr, /3 members lose SWAY, which the group turns off and nothing else gives\./)
  t.match(dry.stderr, /4 members lose TEAMS1, which/)
  const made = await licenses('assign', ...off)
  t.match(made.results, [{ outcome: 'done', message: /4 members lose TEAMS1.* 3 members lose SWAY/ }], made.stderr)
  const on = await bed.run(
    'licenses',
    'group',
    'assign',
    ...off.slice(0, 4),
    '--disable-plans',
    'none',
    ...['--dry-run', '--tenant', 'sandbox'],
  )
  t.notMatch(on.stderr, /lose/)
})

t.test('consent removes what privileged members lose', async t => {
  const { value } = (await bed.graph('GET', '/roleManagement/directory/roleAssignments')) as unknown as {
    readonly value: readonly { readonly principalId: string; readonly roleDefinitionId: string }[]
  }
  const admin = value.find(({ roleDefinitionId }) => roleDefinitionId === '62e90394-69f5-4237-9190-012177145e10')!
  const { name, id } = await group([admin.principalId])
  await bed.assignGroup(id, 'SPE_E3')
  const mail = ['--group', name, '--sku', 'SPE_E3', '--only-plans', 'SWAY']
  const refused = await licenses('assign', ...mail)
  t.match([refused.status, refused.results], [3, [{ code: 'PROTECTED' }]], refused.stderr)
  const meant = await licenses('assign', ...mail, '--include-privileged')
  t.match([meant.status, summaryOf(meant).summary.counts], [0, { done: 1 }], meant.stderr)
})

t.test('an empty group, and members of nested groups, get nothing', async t => {
  const [inner] = users(1) as [string]
  const nested = await group([inner])
  const { name } = await group([nested.id])
  const dry = await bed.run(
    ...['licenses', 'group', 'assign', '--tenant', 'sandbox', '--group', name, '--sku', 'POWER_BI_PRO', '--dry-run'],
  )
  t.match(dry.stderr, /Members of the group inside it get nothing: a group assigns to its direct members only\./)
  const made = await licenses('assign', '--group', name, '--sku', 'POWER_BI_PRO', '--wait')
  t.match(
    [made.status, JSON.parse(made.stdout)],
    [0, { licensing: { active: 0, inError: 0, pending: 0 } }],
    made.stderr,
  )
  t.strictSame(await held([inner], 'POWER_BI_PRO'), [''])
  t.strictSame(await bed.status(nested.name), [])
})
