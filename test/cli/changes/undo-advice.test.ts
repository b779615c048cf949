import t from 'tap'
import { changeDesk } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const remove = ['users', 'delete']
const idsOf = (people: readonly Readonly<Record<string, unknown>>[]) =>
  `id\n${people.map(({ id }) => `${String(id)}\n`).join('')}`

t.test('an undo is only offered for rows that can be undone, and says how many these are', async t => {
  const { people, change, run, write, rowsOf } = await changeDesk(t)
  const three = (await people('id', 'onPremisesSyncEnabled ne true')).slice(30, 33)
  const deleted = await change(remove, idsOf(three), '--include-privileged')
  t.match(deleted.stderr, /\nTo undo it: entrapipe runs undo \S+\n/)
  const purged = await change(['users', 'purge'], idsOf(three), '--irreversible', '--include-privileged')
  t.match(purged.stderr, /3 done;[^]*\nWhat it did cannot be undone\.\n/)
  t.notMatch(purged.stderr, /runs undo/)
  const id = /run (\S+)\n/.exec(purged.stderr)![1]!
  const shown = await run('runs', 'show', id)
  t.match(shown.stdout, /\nWhat it did cannot be undone\.\n/)
  t.notMatch(shown.stdout, /runs undo/)
  const undone = await run('runs', 'undo', id, '--yes')
  t.match(undone.stderr, /3 failed;/)
  t.notMatch(undone.stderr, /--as-input/, 'an undo has no rows of an input')
  const undoing = /run (\S+)\n/.exec(undone.stderr)![1]!
  t.notMatch((await run('runs', 'show', undoing)).stdout, /--as-input/)
  const [kept, lost] = (await people('id', 'onPremisesSyncEnabled ne true')).slice(30, 32)
  await change(remove, idsOf([lost!]), '--include-privileged')
  write('both.ts', both)
  write(
    'both.jsonl',
    `${JSON.stringify({ kind: 'disable-user', id: kept!['id'] })}\n${JSON.stringify({ kind: 'purge-user', id: lost!['id'] })}\n`,
  )
  t.equal(rowsOf('both.jsonl').length, 2)
  const some = await run('run', './both.ts', '--tenant', 'sandbox', '--yes', '--irreversible', '--include-privileged')
  t.match(some.stderr, /2 done;[^]*\nTo undo the 1 row that can be undone: entrapipe runs undo \S+\n/)
})

const both = `import { pipeline, plan } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { jsonl } from 'entrapipe/sources/jsonl'
type Row = { kind: string; id: string }
const sink = graph<Row>(({ kind, id }) => ({ kind, value: { user: id } }))
export default pipeline({ summary: 'Both.', make: () => plan({ source: jsonl<Row>({ from: 'both.jsonl' }), sink }) })
`

t.test('phases of a run that do not exist are refused, with the names of those that do', async t => {
  const { people, change, run } = await changeDesk(t)
  const [person] = await people('id', 'onPremisesSyncEnabled ne true')
  const { run: id } = summaryOf(await change(remove, idsOf([person!]), '--include-privileged', '--json'))
  const before = (await run('runs', 'list', '--json')).stdout
  for (const names of ['joinz', 'main,joinz', 'main, joinz']) {
    const { status, stderr } = await run('runs', 'undo', id, '--phases', names, '--yes')
    t.match([status, stderr], [2, /has no changes in a phase "joinz"\. Its phases with changes are: main\./])
  }
  t.equal((await run('runs', 'list', '--json')).stdout, before, 'no run has begun')
  t.equal((await run('runs', 'undo', id, '--phases', ' main ', '--yes')).status, 0)
})

t.test('a discarded run says which changes stay, and cannot be retried', async t => {
  const { people, change, run } = await changeDesk(t)
  const three = (await people('id', 'onPremisesSyncEnabled ne true')).slice(30, 33)
  const { run: id } = summaryOf(
    await change(remove, idsOf(three), '--include-privileged', '--json', '--max-failed', '0', '--limit', '2'),
  )
  const { status, stderr } = await run('runs', 'discard', id)
  t.match(
    [status, stderr],
    [
      0,
      `Discarded run ${id}.\n2 rows had been performed: the directory keeps their changes.\nTo undo it: entrapipe runs undo ${id}\n`,
    ],
  )
  for (const [verb, wanted] of [
    ['resume', 'resumed'],
    ['retry', 'retried'],
  ] as const) {
    const refused = await run('runs', verb, id)
    t.match(
      [refused.status, refused.stderr],
      [2, `Run ${id} cannot be ${wanted}: it was discarded. Run its command again`],
    )
  }
  t.match((await run('runs', 'undo', id, '--yes')).stderr, /2 done;/)
})
