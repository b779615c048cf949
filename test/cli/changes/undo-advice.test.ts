import t from 'tap'
import { setImmediate as turn } from 'node:timers/promises'
import { systemClock, type Clock } from '../../../src/core/clock.ts'
import { EntrapipeError } from '../../../src/core/errors.ts'
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
  t.match(undone.stderr, /3 skipped;[^]*\nNot undone in 3 rows: A purged user cannot be restored\.\n/)
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

t.test('a retry is not offered for rows that must be corrected', async t => {
  const { change, run } = await changeDesk(t)
  const { stderr } = await change(['users', 'update'], 'id,city\n11111111-1111-4111-8111-111111111111,Bern\n')
  t.match(stderr, /No user has the id [^]*To correct the failed rows: /)
  t.notMatch(stderr, /runs retry/)
  t.notMatch((await run('runs', 'show', /run (\S+)\n/.exec(stderr)![1]!)).stdout, /runs retry/)
})

t.test(
  'runs list marks dry runs and counts changes of runs that stopped, and runs show has reason and ticket',
  async t => {
    const { people, change, run } = await changeDesk(t)
    const three = (await people('id', 'onPremisesSyncEnabled ne true')).slice(30, 33)
    const bad = '11111111-1111-4111-8111-111111111111\n22222222-2222-4222-8222-222222222222\n'
    await change(remove, idsOf(three), '--include-privileged', '--dry-run')
    const why = ['--reason', 'They left', '--ticket', 'T-1']
    const { run: id } = summaryOf(await change(remove, `${idsOf(three)}${bad}`, ...why, '--json', '--max-failed', '1'))
    const { stdout } = await run('runs', 'list')
    t.match(stdout, / done +users delete \(dry run\) +sandbox +- /)
    t.match(stdout, new RegExp(`${id} .* failed +users delete +sandbox +\\d done `))
    t.match((await run('runs', 'show', id)).stdout, /\nReason They left\nTicket T-1\n/)
    t.match(JSON.parse((await run('runs', 'show', id, '--json')).stdout), { reason: 'They left', ticket: 'T-1' })
  },
)

t.test('a run that is stopped while it reads its input says what to do, and that rows are missing', async t => {
  const { runWith, run, write, people } = await changeDesk(t)
  const [person] = await people('id', 'onPremisesSyncEnabled ne true')
  write('in.csv', `id\n${String(person!['id'])}\n`)
  write('stops.ts', stops)
  const stop = new AbortController()
  Object.assign(globalThis, { stopsIntake: () => stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.')) })
  const ran = await runWith({ signal: stop.signal }, 'run', './stops.ts', '--tenant', 'sandbox', '--yes')
  t.match([ran.status, ran.stderr], [130, /Interrupted\. Nothing was sent: run the same command again\.\n/])
  const [line] = (await run('runs', 'list', '--json')).stdout.split('\n')
  const { run: id } = JSON.parse(line!) as { readonly run: string }
  t.match((await run('runs', 'show', id)).stdout, /\nIts input was not read to the end, and nothing was sent: /)
})

const stops = `import { pipeline, plan } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { csv } from 'entrapipe/sources/csv'
type Row = { id: string }
const sink = graph<Row>(({ id }) => {
  ;(globalThis as unknown as { stopsIntake: () => void }).stopsIntake()
  return { kind: 'disable-user', value: { user: id } }
})
export default pipeline({ summary: 'Stops.', make: () => plan({ source: csv<Row>({ from: 'in.csv' }), sink }) })
`

t.test(
  'while the first changes are in flight they are counted, and an interruption says what it waits for',
  async t => {
    const { people, runWith, write } = await changeDesk(t)
    write('in.csv', idsOf((await people('id', 'onPremisesSyncEnabled ne true')).slice(30, 33)))
    const stop = new AbortController()
    // Progress is shown in every turn of the event loop.
    const clock: Clock = {
      ...systemClock,
      sleep: async (ms, signal) => {
        if (ms !== 5_000) return systemClock.sleep(ms, signal)
        await turn()
        signal?.throwIfAborted()
      },
    }
    const saw = (said: string): void => {
      if (said.includes('users disable: 0 of 3 changes')) stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.'))
    }
    const { stderr } = await runWith(
      { clock, saw, signal: stop.signal },
      ...['users', 'disable', '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--include-privileged'],
    )
    t.match(
      stderr,
      /of 3 changes[^]*\nStopping run \S+ once the requests in flight have ended\. A second Ctrl-C ends it at once\.\n/,
    )
    t.match(stderr, /Interrupted\. Continue with `entrapipe runs resume \S+`/)
  },
)
