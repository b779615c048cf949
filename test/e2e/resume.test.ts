import { mkdirSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { runHere } from '../programs/in-process.ts'
import { partialSize, runsOf } from '../programs/killed-command.ts'
import { holdAfter, partialHas } from '../programs/standing.ts'
import { openBed, type Desk } from './bed.ts'

const users = 10_000
const bed = await openBed(t, { users })
const rowsPerPage = 250
const query = ['--select', 'id,displayName,userPrincipalName,department', '--page-size', String(rowsPerPage)]
const args = (to: string, ...more: readonly string[]): string[] => [
  ...['export', 'users', ...query, '--checkpoint-rows', '1000', '--to', to],
  ...more,
]

const wholes = bed.desk()
/** The file of an undisturbed run. */
const whole = async (to: string, ...more: readonly string[]): Promise<Buffer> => {
  if (wholes.names().includes(to)) return wholes.bytes(to)
  const { status, stderr } = await wholes.run(args(to, ...more))
  if (status !== 0) throw new Error(stderr)
  return wholes.bytes(to)
}
const csv = await whole('users.csv')

/** Starts an export and waits until some of it is safe; the sandbox then answers no further page. */
const standing = async (desk: Desk, given: readonly string[], to: string, bytes: number) => {
  const { letGo } = holdAfter(bed, '/users', 25)
  const going = desk.start(given)
  await partialHas(desk, to, bytes)
  return { ...going, letGo }
}

/** Sends it a signal, waits for its end and lets the sandbox go. */
const stopped = async (desk: Desk, given: readonly string[], signal: NodeJS.Signals) => {
  const { child, ended, letGo } = await standing(desk, given, 'users.csv', csv.length / 3)
  child.kill(signal)
  const ran = await ended
  letGo()
  return { ...ran, run: (await runsOf(desk))[0]!.id }
}

/** What a signal leaves, without a process that receives it. */
const interrupted = async (desk: Desk, given: readonly string[], { to = 'users.csv', bytes = csv.length / 3 } = {}) => {
  const { letGo } = holdAfter(bed, '/users', 25)
  const stop = new AbortController()
  const ended = desk.run(given, { signal: stop.signal })
  await partialHas(desk, to, bytes)
  stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.'))
  const ran = await ended
  letGo()
  return { ...ran, run: (await runsOf(desk))[0]!.id }
}

/** The words of the README, of a run. */
const howToContinue = (run: string): RegExp =>
  new RegExp(
    `rows are safe: run the same command again, or \`(npx )?entrapipe runs resume ${run}\`, to continue from there; \`(npx )?entrapipe runs discard ${run}\` removes them`,
  )

t.test('Ctrl-C exits 130, keeps the .partial file, and says how to resume', async t => {
  const desk = bed.desk()
  const { status, stderr, stdout, run } = await stopped(desk, args('users.csv'), 'SIGINT')
  t.equal(status, 130)
  t.equal(stdout, '')
  t.match(stderr, /entrapipe: Interrupted\. [\d,]+ rows are safe/)
  t.match(stderr, howToContinue(run))
  t.strictSame(desk.names(), ['users.csv.partial'])
  t.match(await runsOf(desk), [{ status: 'interrupted', resumed: 0 }])

  await t.test('the same command resumes, says so, and gives the file of an undisturbed run', async t => {
    const again = await desk.run(args('users.csv'))
    t.equal(again.status, 0, again.stderr)
    t.match(again.stderr, new RegExp(`Resuming run ${run}, after [1-9],000 rows \\(--fresh starts over\\)\\.`))
    t.ok(desk.bytes('users.csv').equals(csv))
    t.strictSame([...desk.names()].sort(), ['users.csv', 'users.csv.manifest.json'])
    t.match(desk.manifest('users.csv'), { run, resumed: 1, completeness: 'complete', counts: { written: users } })
  })

  await t.test('runs list shows the run once, as done', async t => {
    const { stdout, status } = await desk.run(['--json', 'runs', 'list'])
    t.equal(status, 0)
    const runs = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as unknown)
    t.equal(runs.length, 1)
    t.match(runs, [{ run, status: 'done', resumed: 1, pipeline: 'export users', startedAt: /^\d{4}-.*Z$/ }])
  })

  await t.test('a completed run cannot be resumed', async t => {
    const { status, stderr } = await desk.run(['runs', 'resume', run])
    t.equal(status, 2)
    t.match(stderr, /cannot be resumed: it is done/)
    t.match((await desk.run(['runs', 'retry', run])).stderr, /cannot be retried: it is done/)
  })
})

t.test('SIGTERM exits 143 and keeps the checkpoint', async t => {
  const desk = bed.desk()
  const { status, stderr, run } = await stopped(desk, args('users.csv'), 'SIGTERM')
  t.equal(status, 143)
  t.match(stderr, /entrapipe: Terminated\./)
  t.match(stderr, howToContinue(run))
  t.strictSame(desk.names(), ['users.csv.partial'])

  await t.test('runs discard removes the partial and the record', async t => {
    const discarded = await desk.run(['runs', 'discard', run])
    t.equal(discarded.status, 0, discarded.stderr)
    t.match(discarded.stderr, /users\.csv\.partial/)
    t.strictSame(desk.names(), [])
    t.match(await runsOf(desk), [{ id: run, status: 'discarded' }])
    t.equal((await desk.run(['runs', 'resume', run])).status, 2)
  })

  await t.test('the same command then starts a new run', async t => {
    const anew = await desk.run(args('users.csv'))
    t.equal(anew.status, 0)
    t.notMatch(anew.stderr, /Going on/)
    t.match(desk.manifest('users.csv'), { resumed: 0 })
  })
})

t.test('Ctrl-C before the first checkpoint leaves nothing, and says so', async t => {
  const desk = bed.desk()
  const { reached, letGo } = holdAfter(bed, '/users', 2)
  const { child, ended } = desk.start(args('users.csv'))
  await reached
  child.kill('SIGINT')
  const { status, stderr } = await ended
  letGo()
  t.equal(status, 130)
  t.match(stderr, /Interrupted\. No rows are safe yet: the same command starts with the first row\./)
  t.strictSame(desk.names(), [])
  t.equal((await desk.run(args('users.csv'))).status, 0)
  t.ok(desk.bytes('users.csv').equals(csv))
})

t.test('with --json the error names the run, and nothing else is printed', async t => {
  const desk = bed.desk()
  const { status, stderr, run } = await interrupted(desk, ['--json', ...args('users.csv')])
  t.equal(status, 130)
  const { error } = JSON.parse(stderr) as { error: { code: string; retryable: boolean; fix: string } }
  t.match(error, { code: 'INTERRUPTED', retryable: true, fix: howToContinue(run) })
})

t.test('runs resume works from another folder without a configuration', async t => {
  for (const to of ['users.csv', 'users.csv.gz', 'users.jsonl.zst']) {
    const wanted = await whole(to)
    const desk = bed.desk()
    const { status, run } = await interrupted(desk, args(to), { to, bytes: wanted.length / 3 })
    t.equal(status, 130)
    const elsewhere = desk.path('elsewhere')
    mkdirSync(elsewhere)
    const resumed = await runHere(['runs', 'resume', run.slice(0, -2)], {
      folder: elsewhere,
      env: { HOME: elsewhere, ENTRAPIPE_STORE: desk.path('store') },
    })
    t.equal(resumed.status, 0, resumed.stderr)
    // The rows between two checkpoints are those of the beginning: a compressed file has a piece for each.
    t.ok(desk.bytes(to).equals(wanted), to)
    t.match(desk.manifest(to), { run, resumed: 1 })
  }
})

t.test('a resume with another checkpoint interval does not change the bytes of a compressed file', async t => {
  const wanted = await whole('users.csv.gz')
  const desk = bed.desk()
  await interrupted(desk, args('users.csv.gz'), { to: 'users.csv.gz', bytes: wanted.length / 3 })
  const { status } = await desk.run(args('users.csv.gz').map(arg => (arg === '1000' ? '3000' : arg)))
  t.equal(status, 0)
  t.ok(desk.bytes('users.csv.gz').equals(wanted))
  t.match(desk.manifest('users.csv.gz'), { resumed: 1 })
})

t.test('a limit counts the rows of all processes together', async t => {
  const wanted = await whole('limited.csv', '--limit', '7777')
  const desk = bed.desk()
  const given = args('limited.csv', '--limit', '7777')
  await interrupted(desk, given, { to: 'limited.csv', bytes: wanted.length / 3 })
  t.equal((await desk.run(given)).status, 0)
  t.ok(desk.bytes('limited.csv').equals(wanted))
  t.match(desk.manifest('limited.csv'), { counts: { read: 7777, written: 7777 }, completeness: 'complete' })
})

t.test('Ctrl-C during the final check keeps what was written, and the file is completed once', async t => {
  const wanted = await whole('users.json')
  const desk = bed.desk()
  const { reached, letGo } = holdAfter(bed, '/users/$count', 1)
  const { child, ended } = desk.start(args('users.json'))
  await reached
  child.kill('SIGINT')
  t.equal((await ended).status, 130)
  letGo()
  t.strictSame(desk.names(), ['users.json.partial'])
  t.equal((await desk.run(args('users.json'))).status, 0)
  t.ok(desk.bytes('users.json').equals(wanted))
})

t.test('an expired saved link restarts the listing, and repeated rows are dropped', async t => {
  const wanted = await whole('users.csv.gz')
  const desk = bed.desk()
  await interrupted(desk, args('users.csv.gz'), { to: 'users.csv.gz', bytes: wanted.length / 3 })
  const struck = await bed.faults({ match: 'GET /users', fault: 'expiredPageToken', nth: 1 })
  const { status, stderr } = await desk.run(args('users.csv.gz'))
  t.equal(status, 0, stderr)
  t.strictSame(await struck(), [1])
  await bed.faults()
  t.ok(desk.bytes('users.csv.gz').equals(wanted))
  const { counts, completeness } = desk.manifest('users.csv.gz')
  t.match({ counts, completeness }, { completeness: 'complete', counts: { read: users, written: users } })
  // The listing started over, so the service returned what had been read before.
  t.ok(counts.repeated > 0 && counts.repeated < users, `${counts.repeated} repeated`)
})

t.test('--fresh starts over, says so, and the earlier run is discarded', async t => {
  const desk = bed.desk()
  const { run } = await interrupted(desk, args('users.csv'))
  const { status, stderr } = await desk.run(args('users.csv', '--fresh'))
  t.equal(status, 0)
  t.match(stderr, /Starting over: as requested\./)
  t.ok(desk.bytes('users.csv').equals(csv))
  t.match(desk.manifest('users.csv'), { resumed: 0 })
  t.match(await runsOf(desk), [{ status: 'done' }, { id: run, status: 'discarded' }])
})

t.test('another export into the same file replaces an unfinished one', async t => {
  const desk = bed.desk()
  const { run } = await interrupted(desk, args('users.csv'))
  const other = await desk.run(['export', 'users', '--select', 'id', '--to', 'users.csv'])
  t.equal(other.status, 0, other.stderr)
  t.equal(desk.read('users.csv').split('\n').length, users + 2)
  const resumed = await desk.run(['runs', 'resume', run])
  t.equal(resumed.status, 2, resumed.stderr)
  t.equal(desk.read('users.csv').split('\n').length, users + 2, 'the record is unchanged')
})

t.test('a second run into the same file is refused whatever it exports, and the first is undisturbed', async t => {
  const desk = bed.desk()
  const { ended, letGo } = await standing(desk, args('users.csv'), 'users.csv', csv.length / 3)
  const [first] = await runsOf(desk)
  for (const given of [
    args('users.csv'),
    args('users.csv', '--fresh'),
    ['export', 'users', '--select', 'id', '--to', './users.csv'],
    ['runs', 'resume', first!.id],
    ['runs', 'discard', first!.id],
  ]) {
    const { status, stderr } = await desk.run(given)
    t.equal(status, 75, given.join(' '))
    t.match(stderr, first!.id)
  }
  t.ok(partialSize(desk, 'users.csv') >= csv.length / 3, 'its partial exists')
  letGo()
  const { status, stderr } = await ended
  t.equal(status, 0, stderr)
  t.ok(desk.bytes('users.csv').equals(csv))
  t.match(await runsOf(desk), [{ id: first!.id, status: 'done', resumed: 0 }])
  t.equal((await runsOf(desk)).length, 1)
})

t.test('a changed partial is not resumed', async t => {
  const desk = bed.desk()
  await interrupted(desk, args('users.csv'))
  const partial = desk.bytes('users.csv.partial')
  partial[100]! ^= 1
  writeFileSync(desk.path('users.csv.partial'), partial)
  const { status, stderr } = await desk.run(args('users.csv'))
  t.equal(status, 1)
  t.match(stderr, /users\.csv\.partial was changed, so the run cannot be resumed\. Start over with --fresh/)
  t.equal((await desk.run(args('users.csv', '--fresh'))).status, 0)
  t.ok(desk.bytes('users.csv').equals(csv))
})
