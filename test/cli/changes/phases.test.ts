import t from 'tap'
import { commandBed, summaryOf } from '../command-bed.ts'

const words = `import { createdBy, pipeline, plan } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { csv } from 'entrapipe/sources/csv'
type Row = { displayName: string; userPrincipalName: string; password: string }
const source = () => csv<Row>({ from: 'people.csv' })
`
const leave = `${words}const phase = (name: string, kind: string) =>
  ({ name, plan: plan({ source: source(), sink: graph<Row>(row => ({ kind, value: { user: row.userPrincipalName } })) }) })
export default pipeline({ summary: 'Leaves.', make: () => [phase('lock', 'disable-user'), phase('leave', 'delete-user')] })
`
const join = `${words}const steps = ({ displayName, userPrincipalName, password }: Row) => [
  // Graph refuses what is no language.
  { kind: 'create-user', value: { displayName, userPrincipalName, passwordProfile: { password }, preferredLanguage: displayName === 'Person 9' ? 'no language' : 'de' } },
  { kind: 'add-member', value: { group: 'DEV-Chicago', member: createdBy(0) } },
]
export default pipeline({ summary: 'Joins.', make: () => plan({ source: source(), sink: graph(steps) }) })
`
const people = (count: number) =>
  Array.from({ length: count }, (_, at) => `Person ${at},person${at}@contoso.com,Quiet-Harbour-7${at}\n`).join('')
const header = 'displayName,userPrincipalName,password\n'
const nothing = { rows: 0, done: 0, unchanged: 0, waiting: 0, skipped: 0, failed: 0, unknown: 0, pending: 0 }

t.test('phases of a pipeline are counted, braked, shown and resumed together', async t => {
  const { run, truth } = await commandBed(t, { 'people.csv': header + people(8), 'leave.ts': leave })
  await run('users', 'create', '--tenant', 'sandbox', '--from', 'people.csv', '--yes')
  const first = await run('run', './leave.ts', '--tenant', 'sandbox', '--yes', '--json')
  const { run: id, summary } = summaryOf(first)
  t.equal(first.status, 5)
  t.match(
    first.stderr,
    /This run would delete 8 users and disable 8 users, 8 of them earlier, and the limit is 15\. Nothing more was sent\./,
  )
  t.match(summary, { reason: 'TOO_MANY_REMOVALS', counts: { ...nothing, rows: 16, done: 8, pending: 8 } })
  const shown = await run('runs', 'show', id)
  t.match(shown.stdout, /Changes: 8 done, 8 pending\n/)
  t.match(JSON.parse((await run('runs', 'show', id, '--json')).stdout), { results: { done: 8 }, pending: 8 })
  const dry = await run('runs', 'resume', id, '--dry-run', '--json')
  t.match(summaryOf(dry).summary, { counts: { ...nothing, rows: 8, pending: 8 }, writes: 8 }, 'only what is left')
  const again = await run('runs', 'resume', id, '--yes', '--json')
  t.match([again.status, again.stderr], [5, /would delete 8 users and disable 8 users, 8 of them earlier/])
  const last = await run('runs', 'resume', id, '--yes', '--max-removals', '16')
  t.match([last.status, last.stderr], [0, /# Success 16, # Failure 0, Total Requests 16\n16 rows: 16 done;/])
  t.strictSame(
    (await truth('user')).map(({ updated, deleted }) => [updated, deleted]),
    Array.from({ length: 8 }, () => [1, 1]),
  )
})

t.test('a dry run of several phases has the counts of all of them', async t => {
  const { run } = await commandBed(t, { 'people.csv': header + people(2), 'leave.ts': leave })
  await run('users', 'create', '--tenant', 'sandbox', '--from', 'people.csv', '--yes')
  const dry = await run('run', './leave.ts', '--tenant', 'sandbox', '--dry-run', '--json')
  t.match(summaryOf(dry).summary, { counts: { ...nothing, rows: 4, pending: 4 }, writes: 4 })
})

t.test('a row of several steps counts once', async t => {
  const file = `${header}${people(2)}Person 9,person9@contoso.com,Quiet-Harbour-79\n`
  const { run } = await commandBed(t, { 'people.csv': file, 'join.ts': join })
  const command = ['run', './join.ts', '--tenant', 'sandbox', '--yes', '--json']
  const dry = await run(...command, '--dry-run')
  t.match(summaryOf(dry).summary, { counts: { ...nothing, rows: 3, pending: 3 } })
  const first = await run(...command, '--limit', '1')
  t.match(summaryOf(first).summary, { counts: { rows: 3, pending: 3 } }, 'a row is pending while one of its steps is')
  const { run: id } = summaryOf(first)
  t.match((await run('runs', 'show', id)).stdout, /Changes: 3 pending\n/)
  const left = await run('runs', 'resume', id, '--dry-run', '--json')
  t.match(summaryOf(left).summary, { counts: { ...nothing, rows: 3, pending: 3 } }, left.stderr)
  const told = (await run('runs', 'resume', id, '--dry-run')).stderr
  t.match(told, /Add members +3\n +Create users +2\n/)
  t.match(told, /line 2: Add members: [-0-9a-f]{36}\/members\/[-0-9a-f]{36} \(DEV-Chicago, person0@contoso\.com\)\n/)
  t.match(told, /line 3: Add members: [-0-9a-f]{36}\/members\/a new object \(DEV-Chicago\)\n/)
  const rest = await run('runs', 'resume', id, '--yes', '--json')
  t.strictSame(summaryOf(rest).summary.counts, { ...nothing, rows: 3, done: 2, failed: 1 })
  t.match(JSON.parse((await run('runs', 'show', id, '--json')).stdout), {
    results: { done: 2, failed: 1 },
    manifest: { counts: { read: 3, done: 2, failed: 1, skipped: 0 } },
  })
})
