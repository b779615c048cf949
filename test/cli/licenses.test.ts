import t from 'tap'
import { planIdOf } from '../../src/data/sku-catalogue.ts'
import { productOf, skuOf } from '../licensing/products.ts'
import { changeDesk, type Line } from './change-desk.ts'
import { summaryOf } from './command-bed.ts'

const desk = await changeDesk(
  t,
  {},
  {
    users: 300,
    tls: false,
    licences: {
      skus: [
        // Only users with a licence have a usage location at first.
        { sku: 'AAD_PREMIUM', enabled: 400, direct: 1 },
        { sku: 'SPE_E3', enabled: 100, group: 0.05, groupDisabledPlans: ['SWAY'] },
        { sku: 'POWER_BI_PRO', enabled: 100 },
        { sku: 'VISIOCLIENT', enabled: 2 },
        { sku: 'MCOEV', enabled: 20 },
        { sku: 'MCOPSTN1', enabled: 20 },
        { sku: 'SPB', enabled: 20 },
      ],
      withoutUsageLocation: 0.05,
    },
  },
)

interface Held {
  readonly skuId: string
  readonly disabledPlans: readonly string[]
  readonly assignedByGroup: string | null
}

const everybody = await desk.people('id,userPrincipalName,usageLocation,userType,licenseAssignmentStates')
/** A plan of E3 that belongs to the whole tenant. */
const ofTenant = productOf('SPE_E3').plans.find(({ name }) => name === 'INTUNE_O365')!
const ofAll = skuOf('AAD_PREMIUM')
const heldBy = (user: Line): readonly Held[] =>
  (user['licenseAssignmentStates'] as readonly Held[]).filter(({ skuId }) => skuId !== ofAll)
const isMember = (user: Line): boolean => user['userType'] === 'Member'
const plain = everybody.filter(user => isMember(user) && heldBy(user).length === 0 && user['usageLocation'] !== null)
const unlocated = everybody.find(user => isMember(user) && heldBy(user).length === 0 && user['usageLocation'] === null)!
/** Others without one, of whom nobody holds a role. */
const withoutLocation = everybody
  .filter(user => isMember(user) && heldBy(user).length === 0 && user['usageLocation'] === null && user !== unlocated)
  .slice(-3)
  .map(user => String(user['userPrincipalName']))
const inherited = everybody.find(user => heldBy(user).some(({ assignedByGroup }) => assignedByGroup !== null))!
// The first users hold roles, and are protected.
const names = plain.slice(30).map(user => String(user['userPrincipalName']))
const admin = String(plain[0]!['userPrincipalName'])
const [ann, bob, cleo, dan, eve] = names as [string, string, string, string, string]
const idOf = (name: string): string => String(everybody.find(user => user['userPrincipalName'] === name)!['id'])

/** What the sandbox itself says that a user has directly now: part numbers with the names of plans that are off. */
const direct = async (name: string): Promise<Readonly<Record<string, number>>> => {
  const lines = (await desk.control('GET', `/truth/licences?user=${idOf(name)}`))
    .split('\n')
    .filter(line => line !== '')
  const now = lines
    .map(line => JSON.parse(line) as Line)
    .filter(line => line['by'] === 'direct' && line['until'] === null && line['sku'] !== ofAll)
  return Object.fromEntries(now.map(line => [String(line['sku']), (line['disabledPlans'] as readonly string[]).length]))
}
const offIn = async (name: string, sku: string): Promise<readonly string[]> => {
  const [user] = await desk.people('id,userPrincipalName,licenseAssignmentStates', `userPrincipalName eq '${name}'`)
  return heldBy(user!).find(({ skuId }) => skuId === skuOf(sku))?.disabledPlans ?? []
}
const outcomes = (results: readonly Line[]) => results.map(({ outcome, code }) => [outcome, code ?? null])
const done = ['done', null]
const licenses = (verb: string, header: string, rows: readonly (readonly string[])[], ...flags: readonly string[]) =>
  desk.change(
    ['licenses', verb],
    `${header}\n${rows.map(cells => `${cells.join(',')}\n`).join('')}`,
    ...['--max-failed', '50', '--json', ...flags],
  )
const columns = 'UserPrincipalName,LicenseSKU,DisabledPlans'
const [e3, bi, visio, phone, calls, spb] = ['SPE_E3', 'POWER_BI_PRO', 'VISIOCLIENT', 'MCOEV', 'MCOPSTN1', 'SPB'].map(
  skuOf,
) as [string, string, string, string, string, string]

t.test('products of one user go in one request, each with its own result, and the undo takes them', async t => {
  const rows = [
    [ann, 'SPE_E3', 'SWAY;YAMMER_ENTERPRISE'],
    [idOf(bob), 'Power BI Pro', ''],
    [ann, 'POWER_BI_PRO', ''],
  ]
  const dry = await licenses('assign', columns, rows, '--dry-run')
  t.match(summaryOf(dry).summary.counts, { pending: 3, failed: 0 }, dry.stderr)
  t.strictSame([await direct(ann), await direct(bob)], [{}, {}])
  await desk.writes()
  const made = await licenses('assign', columns, rows)
  t.strictSame(outcomes(made.results), [done, done, done], made.stderr)
  t.strictSame(Object.values(await desk.writes()), [2])
  t.strictSame([await direct(ann), await direct(bob)], [{ [e3]: 2, [bi]: 0 }, { [bi]: 0 }])
  t.strictSame(new Set(await offIn(ann, 'SPE_E3')), new Set(['SWAY', 'YAMMER_ENTERPRISE'].map(planIdOf)))
  const again = await licenses('assign', columns, rows)
  t.strictSame(
    outcomes(again.results),
    [1, 2, 3].map(() => ['unchanged', null]),
  )
  t.strictSame(await desk.writes(), {})
  const undone = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { done: 3 }, undone.stderr)
  t.strictSame([await direct(ann), await direct(bob)], [{}, {}])
})

t.test('--sku names products for all rows, and plans are those of the product that has them', async t => {
  const flags = ['--sku', 'SPE_E3,POWER_BI_PRO', '--disable-plans', 'SWAY']
  const made = await licenses('assign', 'UserPrincipalName', [[cleo], [dan]], ...flags)
  t.match([made.status, summaryOf(made).summary.counts], [0, { done: 4 }], made.stderr)
  t.strictSame(
    [await direct(cleo), await direct(dan)],
    [
      { [e3]: 1, [bi]: 0 },
      { [e3]: 1, [bi]: 0 },
    ],
  )
  const only = await licenses('assign', 'UserPrincipalName', [[cleo]], '--sku', 'SPE_E3', '--only-plans', 'TEAMS1,SWAY')
  t.strictSame(outcomes(only.results), [done], only.stderr)
  t.notOk((await offIn(cleo, 'SPE_E3')).includes(planIdOf('TEAMS1')))
  t.notOk((await offIn(cleo, 'SPE_E3')).includes(ofTenant.id), 'plans of the tenant are not turned off')
  t.ok((await offIn(cleo, 'SPE_E3')).includes(planIdOf('EXCHANGE_S_ENTERPRISE')))
  const whole = await licenses('assign', 'UserPrincipalName', [[cleo]], '--sku', 'SPE_E3')
  t.match(outcomes(whole.results), [['unchanged', null]], 'who has the product keeps the plans that are on')
  const undone = await desk.run('runs', 'undo', summaryOf(only).run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { done: 1 }, undone.stderr)
  t.strictSame(await offIn(cleo, 'SPE_E3'), [planIdOf('SWAY')])
  const taken = await licenses('remove', 'UserPrincipalName', [[cleo], [dan]], '--sku', 'SPE_E3,Power BI Pro')
  t.match(summaryOf(taken).summary.counts, { done: 4 }, taken.stderr)
  t.strictSame([await direct(cleo), await direct(dan)], [{}, {}])
  const back = await desk.run('runs', 'undo', summaryOf(taken).run, '--yes', '--json')
  t.match(summaryOf(back).summary.counts, { done: 4 }, back.stderr)
  t.strictSame(
    [await direct(cleo), await direct(dan)],
    [
      { [e3]: 1, [bi]: 0 },
      { [e3]: 1, [bi]: 0 },
    ],
  )
  await licenses('remove', 'UserPrincipalName', [[cleo], [dan]], '--sku', 'SPE_E3,POWER_BI_PRO')
})

t.test('the same product with other plans fails all of its rows, and no other', async t => {
  const { results, status } = await licenses('assign', columns, [
    [eve, 'SPE_E3', 'SWAY'],
    [eve, 'POWER_BI_PRO', ''],
    [eve, e3, ''],
  ])
  const conflict = ['failed', 'ROWS_CONFLICT']
  t.strictSame([status, outcomes(results)], [3, [conflict, done, conflict]])
  t.strictSame(await direct(eve), { [bi]: 0 })
})

t.test(
  'a product of which too few units are free stops the command, or leaves out the last rows of the file',
  async t => {
    const people = names.slice(5, 8)
    const rows = people.flatMap(name => [
      [name, 'VISIOCLIENT', ''],
      [name, 'POWER_BI_PRO', ''],
    ])
    const short = await licenses('assign', columns, rows)
    t.match(
      [short.status, short.stderr],
      [5, /Seats of Visio Plan 2 \(VISIOCLIENT\): 3 needed, 2 free, short by 1\. Nothing was sent\./],
    )
    t.match(short.stderr, /--until-seats/)
    const dry = await licenses('assign', columns, rows, '--dry-run')
    t.match([dry.status, summaryOf(dry).summary], [5, { reason: 'SEATS_SHORT' }])
    const { results, status } = await licenses('assign', columns, rows, '--until-seats')
    t.equal(status, 3)
    t.match(
      results.filter(({ outcome }) => outcome !== 'done'),
      [{ key: 6, outcome: 'skipped', code: 'SEATS_SHORT', message: /are short by 1: /, fix: /Buy seats/ }],
    )
    for (const name of people) t.equal((await direct(name))[bi], 0)
    t.equal((await Promise.all(people.map(direct))).filter(held => held[visio] === 0).length, 2)
  },
)

t.test('products that need each other go in one request, and one that lacks the other is not sent', async t => {
  const [name, other] = names.slice(9, 11) as [string, string]
  const lacking = await licenses('assign', columns, [[name, 'MCOPSTN1', '']])
  t.match(lacking.results, [{ outcome: 'skipped', code: 'PLANS_CONFLICT', message: /MCOPSTN1 without .*MCOEV/ }])
  const rows = [name, other].flatMap(each => ['MCOPSTN1', 'MCOEV', 'SPE_E3'].map(sku => [each, sku, '']))
  const made = await licenses('assign', columns, rows)
  t.match(summaryOf(made).summary.counts, { done: 6 }, made.stderr)
  t.strictSame(await direct(name), { [calls]: 0, [phone]: 0, [e3]: 0 })
  const half = await licenses('remove', columns, [[name, 'MCOEV', '']])
  t.match(half.results, [{ outcome: 'skipped', code: 'PLANS_CONFLICT', message: /MCOPSTN1 without/ }])
  const all = await licenses(
    'remove',
    columns,
    rows.filter(([each]) => each === name),
  )
  t.match(summaryOf(all).summary.counts, { done: 3 }, all.stderr)
})

t.test('a conflict that only Graph knows fails with both plans named', async t => {
  const name = names[11]!
  await licenses('assign', columns, [[name, 'SPE_E3', '']])
  const { results } = await licenses('assign', columns, [[name, spb, '']])
  t.match(results, [
    { outcome: /failed|skipped/, code: /PLANS_(?:EXCLUSIVE|CONFLICT)/, message: / exclude each other\.$/ },
  ])
  t.strictSame(Object.keys(await direct(name)), [e3])
})

t.test(
  'what only a group gives is unchanged or skipped, and a direct licence beside it is removed and restored',
  async t => {
    const name = String(inherited['userPrincipalName'])
    const assigned = await licenses('assign', columns, [[name, 'SPE_E3', 'SWAY']])
    t.match(assigned.results, [{ outcome: 'unchanged', message: /by group LIC-M365-E3\.$/ }])
    const removed = await licenses('remove', columns, [[name, 'SPE_E3', '']])
    t.match(removed.results, [{ outcome: 'skipped', code: 'LICENCE_INHERITED', message: /only by group LIC-M365-E3/ }])
    t.equal(removed.status, 3)
    const both = await licenses('assign', columns, [[name, 'SPE_E3', 'YAMMER_ENTERPRISE']])
    t.match(both.results, [{ outcome: 'done' }], 'a plan that the group does not give is given directly')
    const half = await licenses('remove', columns, [[name, 'SPE_E3', '']])
    t.match(half.results, [{ outcome: 'done' }])
    const undone = await desk.run('runs', 'undo', summaryOf(half).run, '--yes', '--json')
    t.match(summaryOf(undone).summary.counts, { done: 1 }, undone.stderr)
    const [user] = await desk.people('id,licenseAssignmentStates', `userPrincipalName eq '${name}'`)
    t.match(
      heldBy(user!).filter(({ assignedByGroup }) => assignedByGroup === null),
      [{ skuId: e3, disabledPlans: [planIdOf('YAMMER_ENTERPRISE')] }],
    )
  },
)

t.test('a usage location is set only where it is missing, before the products, and an undo leaves it', async t => {
  const [first, second, third] = withoutLocation as [string, string, string]
  const rows = [first, names[20]!].map(name => [name, 'PL'])
  const flags = ['--sku', 'POWER_BI_PRO,SPE_E3']
  await desk.writes()
  const made = await licenses('assign', 'UserPrincipalName,Place', rows, ...flags, '--usage-location', 'column:Place')
  t.match([made.status, summaryOf(made).summary.counts], [0, { rows: 4, done: 4 }], made.stderr)
  t.strictSame(Object.values(await desk.writes()).toSorted(), [1, 2], 'one location, and one request for each user')
  const locations = async (...wanted: readonly string[]) =>
    (await desk.people('userPrincipalName,usageLocation'))
      .filter(user => wanted.includes(String(user['userPrincipalName'])))
      .map(user => user['usageLocation'])
  t.strictSame(await locations(first), ['PL'])
  t.not((await locations(names[20]!))[0], 'PL')
  const undone = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json', '--include-privileged')
  t.match(summaryOf(undone).summary.counts, { done: 4, failed: 0 }, undone.stderr)
  t.strictSame([await locations(first), await direct(first)], [['PL'], {}])
  const all = await licenses(
    'assign',
    'UserPrincipalName',
    [[second]],
    '--sku',
    'POWER_BI_PRO',
    '--usage-location',
    'de',
  )
  t.match([all.status, await locations(second)], [0, ['DE']], all.stderr)
  const country = await licenses(
    'assign',
    'UserPrincipalName',
    [[third]],
    '--sku',
    'POWER_BI_PRO',
    '--usage-location',
    'country',
  )
  t.match([country.status, (await locations(third))[0]], [0, /^[A-Z]{2}$/], country.stderr)
  const wrong = await licenses(
    'assign',
    'UserPrincipalName',
    [[third]],
    '--sku',
    'SPE_E3',
    '--usage-location',
    'Germany',
  )
  t.match([wrong.status, wrong.stderr], [2, /two-letter country code/])
})

t.test('who holds a privileged role gets products, and loses none without consent', async t => {
  const given = await licenses('assign', columns, [[admin, 'POWER_BI_PRO', '']])
  t.match(given.results, [{ outcome: 'done' }])
  const taken = await licenses('remove', columns, [[admin, 'POWER_BI_PRO', '']])
  t.match(taken.results, [{ outcome: 'failed', code: 'PROTECTED' }])
  const meant = await licenses('remove', columns, [[admin, 'POWER_BI_PRO', '']], '--include-privileged')
  t.match(meant.results, [{ outcome: 'done' }], meant.stderr)
})

t.test('a removal from more users than the brakes allow sends nothing', async t => {
  const many = names.slice(40, 60).map(name => [name])
  t.match(summaryOf(await licenses('assign', 'UserPrincipalName', many, '--sku', 'POWER_BI_PRO')).summary.counts, {
    done: 20,
  })
  await desk.writes()
  const braked = await licenses('remove', 'UserPrincipalName', many, '--sku', 'POWER_BI_PRO')
  t.match([braked.status, braked.stderr], [5, /TOO_MANY_REMOVALS/])
  t.strictSame(await desk.writes(), {})
  const meant = await licenses('remove', 'UserPrincipalName', many, '--sku', 'POWER_BI_PRO', '--max-removals', '20')
  t.match(summaryOf(meant).summary.counts, { done: 20 }, meant.stderr)
})

/** Runs a command without rows on stdin. */
const selects = async (verb: string, ...flags: readonly string[]) => {
  desk.write('results.jsonl', '')
  const common = ['--tenant', 'sandbox', '--yes', '--json', '--results', 'results.jsonl', '--max-failed', '500']
  const ran = await desk.run('licenses', verb, ...common, ...flags)
  return { ...ran, results: desk.rowsOf('results.jsonl') }
}

t.test(
  'users are chosen by names, groups, filters and products, which are added, intersected and left out',
  async t => {
    const [one, two, three, four] = names.slice(62, 66) as [string, string, string, string]
    const done = (results: readonly Line[]) =>
      results
        .filter(({ outcome }) => outcome === 'done')
        .map(({ id }) => String(id))
        .toSorted()
    const idsOf = (...people: readonly string[]) => people.map(idOf).toSorted()
    const byHand = await selects(
      'assign',
      '--sku',
      'POWER_BI_PRO',
      '--id',
      one,
      '--id',
      idOf(two),
      '--also',
      '--id',
      three,
    )
    t.strictSame([byHand.status, done(byHand.results)], [0, idsOf(one, two, three)], byHand.stderr)
    desk.write('list.csv', `UserPrincipalName,LicenseSKU\n${one},VISIOCLIENT\n${two},SPE_E3\n${four},SPE_E3\n`)
    const filter = `userPrincipalName eq '${two}' or userPrincipalName eq '${four}'`
    const listed = await selects(
      'assign',
      ...['--from', 'list.csv', '--only', '--filter', filter, '--has', 'POWER_BI_PRO'],
    )
    t.strictSame([listed.status, done(listed.results)], [0, idsOf(two)], listed.stderr)
    t.strictSame(await direct(two), { [bi]: 0, [e3]: 0 }, 'the columns of the file count')
    desk.write('out.csv', `id\n${idOf(two)}\n`)
    const dry = await selects(
      'remove',
      '--sku',
      'POWER_BI_PRO',
      '--dry-run',
      ...['--has', 'POWER_BI_PRO', '--except', '--from', 'out.csv'],
    )
    const holders = (await desk.people('id,licenseAssignmentStates')).filter(user =>
      heldBy(user).some(({ skuId }) => skuId === bi),
    )
    t.equal(summaryOf(dry).summary.counts.rows, holders.length - 1, dry.stderr)
    const group = await selects('remove', '--sku', 'SPE_E3', '--group', 'LIC-M365-E3', '--dry-run')
    const members = everybody.filter(user => heldBy(user).some(({ assignedByGroup }) => assignedByGroup !== null))
    t.equal(summaryOf(group).summary.counts.rows, members.length, group.stderr)
    t.match(JSON.stringify(summaryOf(group)), /Selected \d+ users \(members of LIC-M365-E3: \d+\)/)
  },
)

t.test('plans are turned on and off, all others stay, and the undo turns them back', async t => {
  const [one, two, three] = names.slice(70, 73) as [string, string, string]
  await licenses(
    'assign',
    columns,
    [one, two].map(name => [name, 'SPE_E3', 'SWAY;YAMMER_ENTERPRISE']),
  )
  const flags = ['--enable-plans', 'Sway', '--disable-plans', 'FORMS_PLAN_E3']
  const made = await licenses('modify', 'UserPrincipalName', [[one], [three]], '--sku', 'SPE_E3', ...flags)
  t.match(made.results, [{ outcome: 'done' }, { outcome: 'skipped', code: 'LICENCE_MISSING' }], made.stderr)
  t.equal(made.status, 3)
  const plans = async (name: string) => (await offIn(name, 'SPE_E3')).toSorted()
  const ids = (...names: readonly string[]) => names.map(planIdOf).toSorted()
  t.strictSame(await plans(one), ids('YAMMER_ENTERPRISE', 'FORMS_PLAN_E3'))
  const again = await selects('modify', '--id', one, '--sku', 'SPE_E3', ...flags)
  t.match(again.results, [{ outcome: 'unchanged' }])
  const undone = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { done: 1 }, undone.stderr)
  t.strictSame(await plans(one), ids('SWAY', 'YAMMER_ENTERPRISE'))
  const byGroup = await selects(
    'modify',
    '--id',
    String(inherited['id']),
    '--sku',
    'SPE_E3',
    '--disable-plans',
    'TEAMS1',
  )
  t.match(byGroup.results, [{ outcome: /done|skipped/ }])
  for (const [wrong, message] of [
    [[], /Expected --enable-plans, --disable-plans, both, or --add/],
    [['--enable-plans', 'SWAY', '--disable-plans', 'SWAY'], /SWAY is in --enable-plans and --disable-plans/],
    [['--enable-plans', 'SWAYY'], /has no plan/],
  ] as const) {
    const ran = await selects('modify', '--id', two, '--sku', 'SPE_E3', ...wrong)
    t.match([ran.status, ran.stderr], [2, message])
  }
})

t.test(
  'a transfer replaces a product in one request, services that were off stay off, and the undo gives it back',
  async t => {
    const [one, two, three] = names.slice(80, 83) as [string, string, string]
    await licenses(
      'assign',
      columns,
      [one, two].map(name => [name, 'POWER_BI_PRO', '']),
    )
    await licenses('assign', columns, [[two, 'SPE_E3', 'SWAY']])
    const before = [await direct(one), await direct(two)]
    await desk.writes()
    const flags = ['--sku', 'SPE_E3', '--to', 'SPB', '--new-plans', 'on']
    const made = await licenses('transfer', 'UserPrincipalName', [[two], [three]], ...flags)
    t.match(made.results, [{ outcome: 'done' }, { outcome: 'skipped', code: 'LICENCE_MISSING' }], made.stderr)
    t.strictSame(Object.values(await desk.writes()), [1])
    t.strictSame(Object.keys(await direct(two)).toSorted(), [bi, spb].toSorted())
    t.ok((await offIn(two, 'SPB')).includes(planIdOf('SWAY')))
    const again = await licenses('transfer', 'UserPrincipalName', [[two]], ...flags)
    t.match(again.results, [{ outcome: 'unchanged' }])
    const undone = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
    t.match(summaryOf(undone).summary.counts, { done: 1 }, undone.stderr)
    t.strictSame([await direct(one), await direct(two)], before)
    for (const [wrong, message] of [
      [['--sku', 'SPE_E3', '--to', 'SPE_E5'], /The tenant does not have Microsoft 365 E5/],
      [['--sku', 'SPE_E3', '--to', e3], /both the old and the new product/],
    ] as const) {
      const ran = await selects('transfer', '--id', two, ...wrong)
      t.match([ran.status, ran.stderr], [2, message])
    }
  },
)

t.test('--all removes each product that a user has directly, and the undo gives all back', async t => {
  const [one, two] = names.slice(75, 77) as [string, string]
  await licenses('assign', 'UserPrincipalName', [[one], [two]], '--sku', 'SPE_E3,POWER_BI_PRO')
  const before = [await direct(one), await direct(two)]
  await desk.writes()
  const made = await licenses('remove', 'UserPrincipalName', [[one], [two]], '--all')
  t.match([made.status, summaryOf(made).summary.counts], [0, { done: 6 }], made.stderr)
  t.strictSame(Object.values(await desk.writes()), [2])
  t.strictSame([await direct(one), await direct(two)], [{}, {}])
  const again = await licenses('remove', 'UserPrincipalName', [[one], [two]], '--all')
  t.match(again.results, [{ outcome: 'unchanged', message: 'The user has no products.' }, { outcome: 'unchanged' }])
  const undone = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { done: 6 }, undone.stderr)
  t.strictSame([await direct(one), await direct(two)], before)
  const both = await licenses('remove', 'UserPrincipalName', [[one]], '--all', '--sku', 'SPE_E3')
  t.match([both.status, both.stderr], [2, /Only one of --sku and --all/])
})

t.test('a selection that cannot be meant so stops the command', async t => {
  desk.write('list.csv', `UserPrincipalName\n${ann}\n`)
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--from', 'list.csv', '--group', 'LIC-M365-E3'], /chooses users by --from and by another option/],
    [['--group', 'LIC-M365-E3', '--id', ann], /chooses users by --group and by --id/],
    [['--group', 'LIC-M365-E3', '--except'], /--except is followed by no users/],
    [['--id', ann, '--transitive'], /--transitive needs --group/],
    [['--filter', 'id ne null', '--filter', 'id ne null'], /--filter can be given only once in a term/],
    [['--group', 'LIC-M365-E33'], /LIC-M365-E33/],
    [['--has', 'SPE_E33'], /No product has/],
    [['--filter', 'userprincipalnam eq 1'], /userprincipalnam/i],
    [['--id', ann, '--except', '--id', 'nobody@contoso.com'], /Nobody is selected/],
    [['--id', ann, '--key', 'mail'], /--key has no effect/],
  ]
  await desk.writes()
  for (const [flags, message] of cases) {
    const ran = await selects('assign', '--sku', 'POWER_BI_PRO', ...flags)
    t.match([ran.status, ran.stderr], [2, message], flags.join(' '))
  }
  for (const [verb, flags, message] of [
    ['assign', [], /Expected --sku/],
    ['remove', [], /Expected --sku or --all/],
    ['transfer', ['--sku', 'SPE_E3'], /Expected --to/],
  ] as const) {
    const ran = await selects(verb, '--group', 'LIC-M365-E3', ...flags)
    t.match([ran.status, ran.stderr], [2, message], verb)
  }
  t.strictSame(await desk.writes(), {})
})

t.test('wrong rows say what is wrong, and the others are sent', async t => {
  const { results, status } = await licenses('assign', columns, [
    [String(unlocated['userPrincipalName']), 'POWER_BI_PRO', ''],
    [names[12]!, 'SPE_E33', ''],
    [names[12]!, 'Microsoft 365 F1', ''],
    [names[12]!, 'SPE_E5', ''],
    [names[12]!, 'POWER_BI_PRO', 'SWAY'],
    [names[12]!, 'SPE_E3', ofTenant.name],
    [names[12]!, '', ''],
    ['nobody@contoso.com', 'POWER_BI_PRO', ''],
    [names[12]!, 'POWER_BI_PRO', ''],
  ])
  const invalid = (message: RegExp) => ({ outcome: 'failed', code: 'ROW_INVALID', message })
  t.match(results, [
    { outcome: 'failed', code: 'USAGE_LOCATION_MISSING', fix: /^Add --usage-location / },
    { ...invalid(/No product has .*"SPE_E33"/), fix: /SPE_E3/ },
    invalid(/2 products are called "Microsoft 365 F1"/),
    invalid(/The tenant does not have Microsoft 365 E5 \(SPE_E5\)\./),
    invalid(/has no plan with the id or name "SWAY"/),
    invalid(/is for the whole tenant/),
    invalid(/LicenseSKU is empty/),
    { outcome: 'failed', code: 'OBJECT_NOT_FOUND' },
    { outcome: 'done' },
  ])
  t.equal(status, 3)
})

t.test('wrong options stop the command before anything is sent', async t => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['assign', '--sku', 'Microsoft 365 F1'], /2 products are called .*Microsoft 365 F1/],
    [['assign', '--sku', 'SPE_E5'], /The tenant does not have Microsoft 365 E5/],
    [['assign', '--sku', 'SPE_E3', '--disable-plans', 'SWAYY'], /has no plan .*SWAYY/],
    [['assign', '--sku', 'SPE_E3', '--disable-plans', 'SWAY', '--only-plans', 'SWAY'], /Only one of/],
    [['remove', '--sku', 'SPE_E33'], /No product has/],
    [['assign', '--skus', 'SPE_E3'], /--sku/],
  ]
  await desk.writes()
  for (const [[verb, ...flags], message] of cases) {
    const ran = await licenses(verb!, 'UserPrincipalName', [[ann]], ...flags)
    t.match([ran.status, ran.stderr], [2, message], flags.join(' '))
  }
  const missing = await licenses('assign', 'UserPrincipalName', [[ann]])
  t.match(missing.results, [{ outcome: 'failed', message: /LicenseSKU is empty, and --sku was not given/ }])
  t.strictSame(await desk.writes(), {})
})
