import { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { noOutcomes } from '../../../src/core/result.ts'
import t from 'tap'
import { setImmediate as turn } from 'node:timers/promises'
import type { Cli } from '../../../src/cli/cli.ts'
import { isDrawnByAnother, isIntoFile, progressLine } from '../../../src/cli/running/progress-line.ts'
import type { Bound } from '../../../src/core/graph.ts'
import type { Plan } from '../../../src/engine/plan.ts'
import { newProgress, type Progress } from '../../../src/engine/progress.ts'
import { fakeClock } from '../../fake-clock.ts'

interface Shown {
  readonly lines: string[]
  readonly written: string[]
  readonly slept: readonly number[]
}

/** Shows progress of a run that reads `rows` more before each look, until so many looks were shown. */
const watch = async (
  looks: number,
  {
    isTTY = false,
    json = false,
    quiet = false,
    rows = 10_000,
    bound = undefined as Bound | undefined,
    more = {} as Partial<Progress>,
  } = {},
): Promise<Shown> => {
  const { clock, slept } = fakeClock()
  const lines: string[] = []
  const written: string[] = []
  const progress: Progress = { ...newProgress(clock.now()), state: 'running', expected: 100_000, ...more }
  const cli = {
    clock: {
      now: clock.now,
      async sleep(ms: number, signal?: AbortSignal) {
        await clock.sleep(ms, signal)
        progress.read += rows
      },
    },
    stderr: { isTTY, write: (text: string) => void written.push(text) },
    json: () => json,
    say: (line: string) => void lines.push(line),
  } as unknown as Cli
  const shown = progressLine(progress, 'users', cli, quiet, () => bound)
  for (let turns = 0; turns < 100 && lines.length + written.length < looks; turns++) await turn()
  shown.stop()
  const ended = lines.length + written.length
  for (let turns = 0; turns < 10; turns++) await turn()
  t.equal(lines.length + written.length, ended, 'nothing is shown once it has stopped')
  return { lines, written, slept }
}

t.test('nothing is shown while a question is open', async t => {
  const { clock } = fakeClock()
  const written: string[] = []
  const cli = {
    clock,
    stderr: { isTTY: true, write: (text: string) => void written.push(text) },
    json: () => false,
  } as unknown as Cli
  const line = progressLine({ ...newProgress(0), state: 'running' }, 'users delete', cli, false)
  const turns = async () => {
    for (let at = 0; at < 10; at++) await turn()
  }
  await turns()
  t.not(written.length, 0)
  const shown = await line.during(async () => {
    const before = written.length
    await turns()
    return written.length - before
  })
  t.equal(shown, 0)
  const before = written.length
  await turns()
  t.not(written.length, before)
  line.stop()
})

t.test('without a terminal there is one complete line every five seconds', async t => {
  const { lines, written, slept } = await watch(3)
  t.strictSame(lines, [
    'users: 10,000 of 100,000 rows (10 %), 2,000/s, 45 s left',
    'users: 20,000 of 100,000 rows (20 %), 2,000/s, 40 s left',
    'users: 30,000 of 100,000 rows (30 %), 2,000/s, 35 s left',
  ])
  t.strictSame(written, [])
  for (const ms of slept) t.equal(ms, 5_000)
})

t.test('if the service sets the pace, the estimate is right from the first page', async t => {
  const pace = { rowsPerMinute: 5_000, rowsAtOnce: 5_000, why: 'Graph allows 10 requests per minute' }
  // 5,000 rows come at once; the other 95,000 take 19 minutes.
  const { lines } = await watch(2, { rows: 2_500, more: { pace } })
  t.strictSame(lines, [
    'users: 2,500 of 100,000 rows (2 %), 500/s, 18 min 55 s left',
    'users: 5,000 of 100,000 rows (5 %), 500/s, 18 min 50 s left',
  ])
})

t.test('a run that waits for a quota that others have used gets nothing at once', async t => {
  const pace = { rowsPerMinute: 5_000, rowsAtOnce: 5_000, why: 'Graph allows 10 requests per minute' }
  const { lines } = await watch(1, { rows: 500, bound: 'quota', more: { pace, expected: 3_000 } })
  t.strictSame(lines, ['users: 500 of 3,000 rows (16 %), 100/s, 30 s left, limited by Graph’s quota'])
})

t.test('on a terminal one line is updated ten times a second, and is erased at the end', async t => {
  const { lines, written, slept } = await watch(2, { isTTY: true })
  t.strictSame(lines, [])
  t.strictSame(written, [
    '\r\u001b[Kusers: 10,000 of 100,000 rows (10 %), 100,000/s, under 1 s left',
    '\r\u001b[Kusers: 20,000 of 100,000 rows (20 %), 100,000/s, under 1 s left',
    '\r\u001b[K',
  ])
  for (const ms of slept) t.equal(ms, 100)
})

t.test('--json and --quiet show no progress', async t => {
  for (const how of [{ json: true }, { quiet: true }, { quiet: true, isTTY: true }])
    t.strictSame(await watch(1, how), { lines: [], written: [], slept: [] })
})

t.test('the rate counts the rows of this process, not those of an earlier one', async t => {
  const { lines } = await watch(1, { more: { read: 50_000, resumedAt: 50_000 } })
  t.strictSame(lines, ['users: 60,000 of 100,000 rows (60 %), 2,000/s, 20 s left'])
})

t.test('without a known number of rows there is neither a percentage nor a remaining time', async t => {
  const { lines } = await watch(1, { more: { expected: undefined, outcomes: { ...noOutcomes, failed: 3 } } })
  t.strictSame(lines, ['users: 10,000 rows, 2,000/s, 3 failed'])
})

t.test('before and after the rows the line names the current step', async t => {
  t.strictSame((await watch(1, { more: { state: 'counting' } })).lines, ['users: counting …'])
  t.strictSame((await watch(1, { rows: 0, more: { state: 'finishing', read: 1_234 } })).lines, [
    'users: 1,234 rows, finishing …',
  ])
})

t.test('the percentage never exceeds 100, even if there are more rows than counted', async t => {
  const { lines } = await watch(1, { rows: 0, more: { expected: 1_000, read: 1_100 } })
  t.strictSame(lines, ['users: 1,100 of 1,000 rows (100 %), 220/s, under 1 s left'])
})

t.test('only the last program of a pipe on a terminal shows progress', async t => {
  const drawnByAnother = (stdout: object, { isTTY = true, stream = stdout } = {}): boolean =>
    isDrawnByAnother(
      { sink: { open: true, place: { stream } } } as unknown as Plan,
      { stdout, stderr: { isTTY } } as unknown as Cli,
    )
  const pipe = new Socket()
  t.equal(drawnByAnother(pipe), true)
  t.equal(drawnByAnother(pipe, { isTTY: false }), false, 'lines on no terminal disturb nobody')
  t.equal(drawnByAnother(pipe, { stream: {} }), false, 'its rows go to a file')
  t.equal(drawnByAnother(Object.assign(new Socket(), { isTTY: true })), false)
  t.equal(drawnByAnother(new PassThrough()), false, 'stdout is a file')
})

t.test('progress is shown on the terminal if the rows on stdout go to a file', async t => {
  const intoFile = (stdout: object, isTTY = true): boolean =>
    isIntoFile({ stdout, stderr: { isTTY } } as unknown as Cli)
  t.equal(intoFile(new PassThrough()), true)
  t.equal(intoFile(new PassThrough(), false), false, 'nobody watches')
  t.equal(intoFile(new Socket()), false, 'the next program of the pipe shows them')
  t.equal(intoFile(Object.assign(new Socket(), { isTTY: true })), false, 'the rows are on the terminal themselves')
})

t.test('a single row is written in the singular', async t => {
  const { lines } = await watch(1, { rows: 1, more: { expected: undefined } })
  t.strictSame(lines, ['users: 1 row, 0/s'])
})

t.test('a quota that limits the run is named; other limits are not', async t => {
  const end = async (bound: Bound) => (await watch(1, { bound })).lines[0]?.replace(/^.*left/, '')
  t.equal(await end('quota'), ', limited by Graph’s quota')
  for (const bound of ['latency', 'cpu', 'disk'] as const) t.equal(await end(bound), '')
})

t.test('while changes are sent, those with a result are counted, with what limits them', async t => {
  const sending = { total: 10_000, settledBefore: 200, startedAtMs: 0 }
  const outcomes = { ...noOutcomes, done: 4197, failed: 3 }
  const { lines } = await watch(1, { bound: 'quota', more: { sending, outcomes, startedAtMs: 0 } })
  t.match(lines, [/^users: 4,200 of 10,000 changes \(42 %\), [\d,]+\/s, .* left, 3 failed, limited by Graph’s quota$/])
  const slow = await watch(1, { bound: 'latency', more: { sending, outcomes, startedAtMs: 0 } })
  t.match(slow.lines, [/limited by response times$/])
  const disk = await watch(1, { bound: 'disk', more: { sending, outcomes, startedAtMs: 0 } })
  t.match(disk.lines, [/left, 3 failed$/], 'what is not measured is not named')
})

t.test(
  'a run that checks, or whose source works before its first row, says what, once where lines are not redrawn',
  async t => {
    const lines: string[] = []
    const progress = newProgress(0)
    const { clock } = fakeClock()
    const cli = {
      clock,
      stderr: { isTTY: false },
      json: () => false,
      say: (line: string) => void lines.push(line),
    } as unknown as Cli
    const line = progressLine(progress, 'users disable', cli, false)
    for (const checking of ['parts', 'rows', 'protection'] as const) {
      progress.checking = checking
      for (let turns = 0; turns < 10; turns++) await turn()
    }
    progress.state = 'running'
    for (const doing of [{ what: 'reading users', done: 41_958 }, { what: 'comparing people with accounts' }]) {
      progress.doing = doing
      for (let turns = 0; turns < 10; turns++) await turn()
    }
    progress.read = 1
    for (let turns = 0; turns < 10; turns++) await turn()
    line.stop()
    t.match(lines.pop(), /^users disable: 1 row, /)
    t.strictSame(lines, [
      'users disable: checking the options, the input and the sign-in …',
      'users disable: comparing the rows with the directory …',
      'users disable: finding out who holds privileged roles …',
      'users disable: reading users, 41,958 so far …',
      'users disable: comparing people with accounts …',
    ])
  },
)
