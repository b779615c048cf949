import t from 'tap'
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
        { sku: 'POWER_BI_PRO', enabled: 3 },
      ],
    },
  },
)

const everybody = (await desk.people('id,userPrincipalName,userType,licenseAssignmentStates')).filter(
  user => user['userType'] === 'Member',
)
const isPlain = (user: Line): boolean => (user['licenseAssignmentStates'] as readonly unknown[]).length === 1
const names = everybody
  .filter(isPlain)
  .slice(40, 60)
  .map(user => String(user['userPrincipalName']))
const byGroup = String(everybody.findLast(user => !isPlain(user))!['userPrincipalName'])
const licenses = (verb: string, users: readonly string[], ...flags: readonly string[]) =>
  desk.run(
    ...['licenses', verb, '--tenant', 'sandbox', '--yes', '--json', '--max-failed', '50', '--max-removals', '99'],
    ...['--reason', 'Billing', ...users.flatMap(user => ['--id', user]), ...flags],
  )

interface Truth {
  readonly user: string
  readonly sku: string
  readonly by: string
  readonly client: string | null
  readonly request: string | null
  readonly untilRequest: string | null
}

/** Who gained and lost what directly, by requests: an end and a beginning in one request change plans only. */
const truth = async (): Promise<readonly string[]> => {
  const lines = (await desk.control('GET', '/truth/licences'))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Truth)
    .filter(({ by }) => by === 'direct')
  const events: string[] = []
  for (const own of Map.groupBy(lines, ({ user, sku }) => `${user} ${sku}`).values())
    for (const { user, sku, request, untilRequest } of own) {
      if (request !== null && !own.some(each => each.untilRequest === request)) events.push(`${user} gained ${sku}`)
      if (untilRequest !== null && !own.some(each => each.request === untilRequest)) events.push(`${user} lost ${sku}`)
    }
  return events.sort()
}
const ledger = (...flags: readonly string[]) => desk.run('licenses', 'ledger', '--tenant', 'sandbox', ...flags)

t.test('a store without changes of licences has an empty ledger', async t => {
  const { status, stdout, stderr } = await ledger()
  t.strictSame([status, stdout], [0, ''])
  t.match(stderr, /has no licences that somebody got or lost/)
  t.strictSame(JSON.parse((await ledger('--json')).stdout), [])
})

t.test('the ledger has what the sandbox knows, after every operation, rows without a unit, and undo', async t => {
  const five = names.slice(0, 5)
  const assigned = await licenses('assign', five, '--sku', 'SPE_E3,POWER_BI_PRO', '--until-seats')
  // There are 3 units of Power BI Pro.
  t.match(summaryOf(assigned).summary.counts, { skipped: 2, done: 8 }, assigned.stderr)
  await licenses('modify', five, '--sku', 'SPE_E3', '--disable-plans', 'SWAY')
  await licenses('modify', names.slice(5, 7), '--add', 'SPE_E3')
  await licenses('assign', [byGroup], '--sku', 'SPE_E3', '--disable-plans', 'YAMMER_ENTERPRISE')
  await licenses('remove', [byGroup], '--sku', 'SPE_E3')
  const moved = await licenses('transfer', five.slice(0, 3), '--sku', 'SPE_E3', '--to', 'SPE_E5')
  await desk.run('runs', 'undo', summaryOf(moved).run, '--yes', '--json', '--reason', 'By mistake')
  await licenses('remove', five.slice(3), '--all')
  const { status, stdout, stderr } = await ledger('--json')
  t.strictSame([status, stderr], [0, ''])
  const rows = JSON.parse(stdout) as readonly Line[]
  const changes = rows.filter(({ row }) => row === 'change')
  const told = changes.map(({ user, change, skuId }) => `${String(user)} ${String(change)} ${String(skuId)}`)
  t.strictSame(told.toSorted(), await truth())
  t.ok(told.length > 15)
  t.match(
    changes.filter(({ run }) => run === summaryOf(moved).run),
    [{ reason: 'Billing', operation: 'transfer-license', userPrincipalName: /@/, who: /./ }],
  )
  t.match(changes.at(-1), { change: 'lost' })
  t.strictSame(
    changes.filter(({ userPrincipalName }) => userPrincipalName === byGroup).map(({ units }) => units),
    [0, 0],
    'the group gives it, too',
  )
  t.ok(changes.some(({ reason }) => reason === 'By mistake'))
  const before = await desk.run('runs', 'prune', '--older-than', '0d', '--yes')
  t.type(before.status, 'number')
  t.strictSame(JSON.parse((await ledger('--json')).stdout), rows, 'prune removes nothing of it')
})

t.test('the sums are a table, and a file has all rows', async t => {
  const { stdout, status } = await ledger()
  t.equal(status, 0)
  t.match(stdout, /Product +SKU +Gained +Lost +Seats\n/)
  t.match(stdout, /Microsoft 365 E3 +SPE_E3 +\d+ +\d+ +\+\d/)
  const written = await ledger('--to', 'ledger.csv')
  t.match([written.status, written.stderr], [0, /Wrote ledger.csv/])
  t.match(desk.textOf('ledger.csv'), /^row,at,change,user,userPrincipalName,group,skuPartNumber,/)
  t.match(desk.textOf('ledger.csv'), new RegExp(`\\nproduct,,,,,,SPE_E3,Microsoft 365 E3,${skuOf('SPE_E3')},`))
  const none = await ledger('--until', '2020-01-01')
  t.match([none.status, none.stdout, none.stderr], [0, '', /at that time/])
})

for (const [flags, message] of [
  [['--since', 'yesterday'], /Expected --since to be a day/],
  [['--since', '2026-02-01', '--until', '2026-01-01'], /--until must be later than --since/],
  [['--nulls', 'x'], /does not apply to the table/],
  [['--to', 'x.doc'], /x\.doc/],
  [['--tenant', 'nobody'], /nobody/],
] as const)
  t.test(`wrong: licenses ledger ${flags.join(' ')}`, async t => {
    const ran = flags[0] === '--tenant' ? await desk.run('licenses', 'ledger', ...flags) : await ledger(...flags)
    t.match([ran.status, ran.stderr], [2, message])
  })
