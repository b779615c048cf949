import t from 'tap'
import { commandBed, summaryOf } from './command-bed.ts'

const people = `displayName,userPrincipalName,password
Ann Example,ann.example@contoso.com,Quiet-Harbour-71
Bob Example,bob.example@contoso.com,Quiet-Harbour-72
`
const nothing = { rows: 2, done: 0, unchanged: 0, waiting: 0, skipped: 0, failed: 0, unknown: 0, pending: 0 }

t.test('a mistake in the command is refused before anything is sent', async t => {
  const bed = await commandBed(t, { 'people.csv': people, 'wrong.csv': people.replace('displayName', 'displayNam') })
  const create = ['users', 'create', '--from', 'people.csv']
  for (const [argv, status, says] of [
    [create, 2, /A command that changes a directory requires --tenant\. Add --tenant sandbox\./],
    [[...create, '--tenant', 'sandbox', '--dryrun'], 2, /Unknown option '--dryrun'\. Did you mean --dry-run\?/],
    [[...create, '--from', 'people.csv'], 2, /--from can be given only once/],
    [[...create, '--tenant', 'sandbox', '--quota-share', '0%'], 2, /--quota-share to be a percentage above 0%/],
    [[...create, '--tenant', 'sandbox', '--json', '--results', '-'], 2, /--results - and --json both write to stdout/],
    [['users', 'create', '--tenant', 'sandbox', '--from', 'wrong.csv', '--yes'], 2, /Did you mean displayName\?/],
    [
      [...create, '--tenant', 'sandbox'],
      5,
      /2 changes would be made in Contoso .* --yes is missing\. Nothing was sent\./,
    ],
  ] as const) {
    const ran = await bed.run(...argv)
    t.equal(ran.status, status, `${argv.join(' ')}: ${ran.stderr}`)
    t.match(ran.stderr, says)
  }
  const typed = await bed.runWith({ answers: [] }, 'users', 'create', '--tenant', 'sandbox')
  t.strictSame(
    [typed.status, typed.stderr],
    [
      2,
      'entrapipe: The rows are missing: --from was not given, and stdin is a terminal. Name a file with --from, or pipe rows into the command.\n',
    ],
  )
})

t.test('users are previewed, planned, created, found unchanged, and deleted again by undo', async t => {
  const { run, textOf, write } = await commandBed(t, { 'people.csv': people })
  const create = ['users', 'create', '--tenant', 'sandbox', '--from', 'people.csv']
  const dry = await run(...create, '--dry-run', '--json')
  t.match(summaryOf(dry).summary, {
    tenant: 'sandbox',
    status: 'Succeeded',
    counts: { ...nothing, pending: 2 },
    dryRun: true,
    writes: 2,
    seconds: 0,
  })
  const planned = await run(...create, '--plan', 'plan.jsonl')
  t.equal(planned.status, 0, planned.stderr)
  t.notMatch(textOf('plan.jsonl'), /Quiet-Harbour/, 'a plan has no passwords')
  write('altered.jsonl', textOf('plan.jsonl').replace('bob.example@', 'eve.example@'))
  const altered = await run('apply', 'altered.jsonl', '--tenant', 'sandbox', '--yes')
  t.equal(altered.status, 5)
  t.match(altered.stderr, /altered\.jsonl was altered after it was made\. Nothing was sent\./)
  const applied = await run('apply', 'plan.jsonl', '--tenant', 'sandbox', '--yes', '--json')
  t.strictSame(summaryOf(applied).summary, {
    tenant: 'sandbox',
    status: 'Succeeded',
    counts: { ...nothing, done: 2 },
  })
  const again = await run(...create, '--yes', '--json', '--results', 'results.csv')
  t.strictSame(summaryOf(again).summary.counts, { ...nothing, unchanged: 2 })
  t.notMatch(textOf('results.csv'), /Quiet-Harbour/)
  const undone = await run('runs', 'undo', summaryOf(applied).run, '--yes', '--json')
  t.strictSame(summaryOf(undone).summary.counts, { ...nothing, done: 2 })
})

t.test('members are added as many as --limit allows, and the others when the run is resumed', async t => {
  const { run } = await commandBed(t)
  await run('export', 'users', '--tenant', 'sandbox', '--select', 'id', '--limit', '3', '--to', 'three.csv')
  const add = ['members', 'add', '--tenant', 'sandbox', '--group', 'DEV-Chicago', '--from', 'three.csv', '--yes']
  const first = await run(...add, '--limit', '2', '--json')
  t.match(summaryOf(first).summary, { status: 'Succeeded', reason: 'LimitReached' })
  t.strictSame(summaryOf(first).summary.counts, { ...nothing, rows: 3, done: 2, pending: 1 })
  const resumed = await run('runs', 'resume', summaryOf(first).run, '--yes', '--json')
  t.strictSame(summaryOf(resumed).summary, {
    tenant: 'sandbox',
    status: 'Succeeded',
    counts: { ...nothing, rows: 3, done: 3 },
  })
})

const own = `import { pipeline, plan } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { jsonl } from 'entrapipe/sinks/jsonl'
import { csv } from 'entrapipe/sources/csv'
const source = csv({ from: 'people.csv' })
`
const create = `graph(({ displayName, userPrincipalName, password }) => [
  { kind: 'create-user', value: { displayName, userPrincipalName, passwordProfile: { password } } },
])`

t.test("a pipeline of one's own has the options of changes if it makes some", async t => {
  const { run, truth } = await commandBed(t, {
    'people.csv': people,
    'hire.ts': `${own}export default pipeline({ summary: 'Hires.', make: () => plan({ source, sink: ${create} }) })\n`,
    'copy.ts': `${own}export default pipeline({ summary: 'Copies.', make: () => plan({ source, sink: jsonl({ to: 'out.jsonl' }) }) })\n`,
  })
  const copied = await run('run', './copy.ts', '--yes')
  t.match([copied.status, copied.stderr], [2, /--yes has no effect on this run, which makes no changes to a directory/])
  const hire = ['run', './hire.ts', '--tenant', 'sandbox']
  const asked = await run(...hire)
  t.match([asked.status, asked.stderr], [5, /2 changes would be made in Contoso .* --yes is missing/])
  t.strictSame(await truth('user'), [])
  const hired = await run(...hire, '--yes', '--limit', '1', '--json')
  t.strictSame(summaryOf(hired).summary.counts, { ...nothing, done: 1, pending: 1 }, hired.stderr)
  const undone = await run('runs', 'undo', summaryOf(hired).run, '--yes')
  t.match([undone.status, undone.stderr], [2, /still has 1 changes that are not settled\. Finish it with/])
})
