import t from 'tap'
import { planIdOf } from '../../src/data/sku-catalogue.ts'
import { skuOf } from '../licensing/products.ts'
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
        { sku: 'SPE_E5', enabled: 100 },
        { sku: 'EXCHANGESTANDARD', enabled: 100 },
        { sku: 'POWER_BI_PRO', enabled: 100 },
        { sku: 'PROJECTPROFESSIONAL', enabled: 100 },
      ],
    },
  },
)

interface State {
  readonly skuId: string
  readonly disabledPlans: readonly string[]
  readonly assignedByGroup: string | null
}

const ofAll = skuOf('AAD_PREMIUM')
const statesOf = (user: Line): readonly State[] =>
  (user['licenseAssignmentStates'] as readonly State[]).filter(({ skuId }) => skuId !== ofAll)
const everybody = (await desk.people('id,userPrincipalName,userType,licenseAssignmentStates')).filter(
  user => user['userType'] === 'Member',
)
const idOf = (name: string): unknown => everybody.find(user => user['userPrincipalName'] === name)!['id']
const byGroup = String(everybody.findLast(user => statesOf(user).length > 0)!['userPrincipalName'])
// The first users hold roles, and are protected.
const names = everybody
  .filter(user => statesOf(user).length === 0)
  .slice(40)
  .map(user => String(user['userPrincipalName']))

/** What a user has directly: the plans that are off, by product. */
const direct = async (name: string): Promise<Readonly<Record<string, readonly string[]>>> => {
  const [user] = await desk.people('id,userPrincipalName,licenseAssignmentStates', `userPrincipalName eq '${name}'`)
  return Object.fromEntries(
    statesOf(user!).flatMap(({ skuId, disabledPlans, assignedByGroup }) =>
      assignedByGroup === null ? [[skuId, disabledPlans]] : [],
    ),
  )
}
/** Runs a command for users by name. */
const licenses = async (verb: string, users: readonly string[], ...flags: readonly string[]) => {
  desk.write('results.jsonl', '')
  const ids = users.flatMap(user => ['--id', user])
  const ran = await desk.run(
    ...['licenses', verb, '--tenant', 'sandbox', ...ids, '--results', 'results.jsonl', '--max-failed', '50', ...flags],
  )
  // In the order of the users.
  const byId = new Map(desk.rowsOf('results.jsonl').map(row => [row['key'], row]))
  return { ...ran, results: users.flatMap(user => byId.get(idOf(user)) ?? []) }
}
const now = ['--yes', '--json'] as const
const [e3, e5, exchange, bi] = ['SPE_E3', 'SPE_E5', 'EXCHANGESTANDARD', 'POWER_BI_PRO'].map(skuOf) as [
  string,
  string,
  string,
  string,
]
const undo = async (run: string) => {
  const undone = await desk.run('runs', 'undo', run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { failed: 0, unknown: 0 }, undone.stderr)
}

t.test('--preserve-mailbox skips who would lose the last mailbox, and removes the others', async t => {
  const [one, two, three] = names as [string, string, string]
  await licenses('assign', [one, two, three], '--sku', 'SPE_E3', ...now)
  await licenses('assign', [two], '--sku', 'EXCHANGESTANDARD', ...now)
  const off = 'EXCHANGE_S_ENTERPRISE,MYANALYTICS_P2,ATP_ENTERPRISE'
  t.equal((await licenses('modify', [three], '--sku', 'SPE_E3', '--disable-plans', off, ...now)).status, 0)
  const flags = ['--sku', 'SPE_E3', '--preserve-mailbox', '--max-removals', '50'] as const
  const dry = await licenses('remove', [one, two, three], ...flags, '--dry-run')
  t.match(dry.stderr, /1 row: The mailbox gets a smaller plan: its archive, litigation hold and size may/)
  t.equal(dry.stderr.match(/Mailbox type and litigation hold are not read from Graph\./g)?.length, 1, dry.stderr)
  const made = await licenses('remove', [one, two, three], ...flags, ...now)
  t.equal(made.status, 3, made.stderr)
  t.match(made.results, [
    { outcome: 'skipped', code: 'MAILBOX_PRESERVED', message: /EXCHANGE_S_ENTERPRISE of Microsoft 365 E3/ },
    { outcome: 'done', message: /smaller plan/ },
    { outcome: 'done' },
  ])
  const held = []
  for (const user of [one, two, three]) held.push(Object.keys(await direct(user)))
  t.strictSame(held, [[e3], [exchange], []])
  await undo(summaryOf(made).run)
  t.equal((await direct(three))[e3]?.length, 3)
})

t.test('--keep exchange keeps the mailbox alone and its unit, and the undo turns the rest on again', async t => {
  const one = names[3]!
  await licenses('assign', [one], '--sku', 'SPE_E3', '--disable-plans', 'SWAY', ...now)
  const before = await direct(one)
  const flags = ['--sku', 'SPE_E3', '--preserve-mailbox', '--keep', 'exchange', '--max-removals', '9'] as const
  const dry = await licenses('remove', [one], ...flags, '--dry-run')
  t.match(dry.stderr, /1 row: Only the mailbox of Microsoft 365 E3 \(SPE_E3\) stays on\. Its seat stays in use\./)
  t.match(dry.stderr, /takes licences from 1 user/, 'SharePoint is lost, so the brakes count it')
  const made = await licenses('remove', [one], ...flags, ...now)
  t.match([made.status, made.results], [0, [{ outcome: 'done', message: /Its seat stays in use/ }]], made.stderr)
  const off = (await direct(one))[e3]!
  t.notOk(off.includes(planIdOf('EXCHANGE_S_ENTERPRISE')))
  t.ok(['SWAY', 'TEAMS1', 'SHAREPOINTENTERPRISE'].every(plan => off.includes(planIdOf(plan))))
  const again = await licenses('remove', [one], ...flags, ...now)
  t.match(again.results, [{ outcome: 'unchanged', message: /Only the mailbox/ }])
  await undo(summaryOf(made).run)
  t.strictSame(await direct(one), before)
})

t.test('--preserve-mailbox guards plans that are turned off, and transfers', async t => {
  const [one, two] = names.slice(5, 7) as [string, string]
  await licenses('assign', [one, two], '--sku', 'SPE_E3', ...now)
  const flags = ['--sku', 'SPE_E3', '--preserve-mailbox', ...now] as const
  const off = await licenses('modify', [one], ...flags, '--disable-plans', 'EXCHANGE_S_ENTERPRISE')
  t.match(off.results, [{ outcome: 'skipped', code: 'MAILBOX_PRESERVED' }])
  const away = await licenses('transfer', [one], ...flags, '--to', 'POWER_BI_PRO')
  t.match(away.results, [{ outcome: 'skipped', code: 'MAILBOX_PRESERVED' }])
  const up = await licenses('transfer', [two], ...flags, '--to', 'SPE_E5')
  t.match(up.results, [{ outcome: 'done' }], up.stderr)
  t.strictSame([Object.keys(await direct(one)), Object.keys(await direct(two))], [[e3], [e5]])
})

t.test('the preview and the results say where only the direct half goes', async t => {
  const flags = ['--sku', 'SPE_E3', '--disable-plans', 'YAMMER_ENTERPRISE', ...now] as const
  const assigned = await licenses('assign', [byGroup], ...flags)
  t.match(assigned.results, [{ outcome: 'done' }], assigned.stderr)
  const half =
    /Only the direct assignment of Microsoft 365 E3 \(SPE_E3\) is removed, and no seat is freed: groups still give it\./
  const dry = await licenses('remove', [byGroup], '--sku', 'SPE_E3', '--dry-run')
  t.match(dry.stderr, new RegExp(`1 row: ${half.source}`))
  t.notMatch(dry.stderr, /This removes/, 'nothing is lost that the brakes count')
  const made = await licenses('remove', [byGroup], '--sku', 'SPE_E3', ...now)
  t.match(made.results, [{ outcome: 'done', message: half }], made.stderr)
  await undo(summaryOf(made).run)
  const moved = await licenses('transfer', [byGroup], '--sku', 'SPE_E3', '--to', 'SPE_E5', ...now)
  t.match(moved.results, [{ outcome: 'done', message: half }], moved.stderr)
  t.strictSame(Object.keys(await direct(byGroup)), [e5])
})

t.test('a product is added beside another one, with its own plans, and the undo takes it', async t => {
  const [one, two, three] = names.slice(10, 13) as [string, string, string]
  await licenses('assign', [one], '--sku', 'SPE_E3', ...now)
  await licenses('assign', [two], '--sku', 'SPE_E3,POWER_BI_PRO', ...now)
  const flags = ['--sku', 'SPE_E3', '--add', 'POWER_BI_PRO'] as const
  const dry = await licenses('modify', [one, byGroup], ...flags, '--dry-run')
  t.match(dry.stderr, /Power BI Pro \(POWER_BI_PRO\) added beside Microsoft 365 E3 \(SPE_E3\)/)
  const made = await licenses('modify', [one, two, three, byGroup], ...flags, ...now)
  t.match(
    made.results,
    [
      { outcome: 'done' },
      { outcome: 'unchanged' },
      { outcome: 'skipped', code: 'LICENCE_MISSING', message: /does not have Microsoft 365 E3/ },
      { outcome: 'done' },
    ],
    made.stderr,
  )
  t.strictSame(Object.keys(await direct(one)).toSorted(), [e3, bi].toSorted())
  await undo(summaryOf(made).run)
  t.strictSame(Object.keys(await direct(one)), [e3])
  const whole = await licenses(
    'modify',
    [three],
    '--add',
    'EXCHANGESTANDARD',
    '--disable-plans',
    'EXCHANGE_S_STANDARD',
    ...now,
  )
  t.match(whole.results, [{ outcome: 'done' }], whole.stderr)
  t.ok((await direct(three))[exchange]!.includes(planIdOf('EXCHANGE_S_STANDARD')))
  const on = await licenses(
    'modify',
    [three],
    '--add',
    'EXCHANGESTANDARD',
    '--enable-plans',
    'EXCHANGE_S_STANDARD',
    ...now,
  )
  t.match(on.results, [{ outcome: 'done' }], on.stderr)
  t.strictSame((await direct(three))[exchange], [])
})

for (const [verb, flags, message] of [
  ['modify', ['--sku', 'SPE_E3', '--add', 'SPE_E3'], /cannot be added beside itself/],
  ['modify', ['--sku', 'SPE_E3', '--add', 'VISIOCLIENT'], /The tenant does not have Visio Plan 2/],
  ['modify', ['--add', 'SPE_E3', '--preserve-mailbox'], /no effect with --add/],
  ['modify', ['--add', 'POWER_BI_PRO', '--disable-plans', 'SWAY'], /has no plan/],
  ['modify', ['--sku', 'SPE_E3', '--disable-plans', 'SWAY', '--usage-location', 'DE'], /no effect without --add/],
  ['remove', ['--sku', 'SPE_E3', '--keep', 'exchange'], /no effect without --preserve-mailbox/],
  ['remove', ['--sku', 'SPE_E3', '--preserve-mailbox', '--keep', 'teams'], /exchange/],
] as const)
  t.test(`wrong: ${verb} ${flags.join(' ')}`, async t => {
    const ran = await licenses(verb, [names[0]!], ...flags, ...now)
    t.match([ran.status, ran.stderr], [2, message])
  })

t.test('what a transfer also leaves off is listed in the preview, the result and the detail', async t => {
  const one = names[15]!
  await licenses('assign', [one], '--sku', 'SPE_E3', '--disable-plans', 'SHAREPOINTENTERPRISE,SHAREPOINTWAC', ...now)
  const flags = ['--sku', 'SPE_E3', '--to', 'PROJECTPROFESSIONAL'] as const
  const dry = await licenses('transfer', [one], ...flags, '--dry-run')
  const remark =
    /SHAREPOINT_PROJECT of .*PROJECTPROFESSIONAL\) stays off, too: it needs SHAREPOINTENTERPRISE, which is off/
  t.match(dry.stderr, /also without SHAREPOINT_PROJECT/)
  t.match(dry.stderr, remark)
  const made = await licenses('transfer', [one], ...flags, ...now)
  t.match(made.results, [{ outcome: 'done', message: remark }], made.stderr)
})
