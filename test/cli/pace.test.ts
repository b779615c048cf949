import t from 'tap'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { commandBed, summaryOf } from './command-bed.ts'

/** A clock that stands still. */
const at = (time: string): { readonly clock: Clock } => ({
  clock: { now: () => Date.parse(time), sleep: systemClock.sleep },
})
const noon = at('2026-01-15T11:00:00Z')
const midnight = at('2026-01-15T23:00:00Z')
const nextNoon = at('2026-01-16T11:00:00Z')
const nextMidnight = at('2026-01-16T23:00:00Z')
const lastNoon = at('2026-01-17T11:00:00Z')

/** A file of users that exist, and the command that gives them a city. */
const desk = async (t: Parameters<typeof commandBed>[0]) => {
  const bed = await commandBed(t)
  const from = (...argv: readonly string[]) => bed.run(...argv, '--tenant', 'sandbox')
  await from(
    'export',
    'users',
    '--select',
    'id',
    '--filter',
    'onPremisesSyncEnabled ne true',
    '--limit',
    '3',
    '--to',
    'users.csv',
    '--quiet',
  )
  const ids = bed.textOf('users.csv').trim().split('\n').slice(1)
  bed.write('in.csv', ['id,city', ...ids.map(id => `${id},Berlin at night`)].join('\n'))
  const update = ['users', 'update', '--tenant', 'sandbox', '--from', 'in.csv', '--yes', '--max-removals', '500']
  return { ...bed, ids, update, window: ['--window', '22:00-05:00', '--time-zone', 'Europe/Berlin'] }
}

t.test(
  'outside its window a command ends with 75 and says when it can continue; the same command then continues',
  async t => {
    const { runWith, update, window, truth } = await desk(t)
    const early = await runWith(noon, ...update, ...window)
    t.equal(early.status, 75)
    t.match(early.stderr, 'Paused (OutsideWindow): # Success 0, # Failure 0, Total Requests 3')
    t.match(
      early.stderr,
      'The window 22:00-05:00 (Europe/Berlin) is closed. The run can continue at 2026-01-15 22:00 (Europe/Berlin), 2026-01-15 21:00 UTC: ',
    )
    t.strictSame(await truth('user'), [])
    const late = await runWith(midnight, ...update, ...window)
    t.equal(late.status, 0, late.stderr)
    t.equal((await truth('user')).length, 3)
  },
)

t.test('a run keeps its window when it is resumed, and runs show tells it', async t => {
  const { runWith, run, update, window, truth } = await desk(t)
  const paused = await runWith(noon, '--json', ...update, ...window, '--wave', '5', '--pause', '90m')
  t.equal(paused.status, 75)
  const { run: id, summary } = summaryOf(paused)
  t.match(summary, {
    status: 'Paused',
    reason: 'OutsideWindow',
    continuesAt: '2026-01-15T21:00:00.000Z',
    counts: { pending: 3 },
  })
  const shown = await run('runs', 'show', id)
  t.match(
    shown.stdout,
    'Window 22:00-05:00 (Europe/Berlin)\nWaves of 5 changes, then a pause of 1 h 30 min\nIt is paused,',
  )
  t.match(JSON.parse((await run('--json', 'runs', 'show', id)).stdout), {
    paced: {
      window: '22:00-05:00',
      timeZone: 'Europe/Berlin',
      wave: 5,
      pauseMs: 5_400_000,
      continuesAt: '2026-01-15T21:00:00.000Z',
    },
  })
  t.equal((await runWith(noon, 'runs', 'resume', id, '--yes')).status, 75)
  t.equal(
    (await runWith(noon, 'runs', 'resume', id, '--yes', '--window', '11:00-13:00', '--time-zone', 'UTC')).status,
    0,
  )
  t.equal((await truth('user')).length, 3)
  t.notMatch((await run('runs', 'show', id)).stdout, 'It is paused')
})

t.test('a retry keeps the window of its run; an undo does not, and has its own', async t => {
  const bed = await desk(t)
  const updates = async () => (await bed.truth('user')).map(({ updated }) => updated)
  bed.write('in.csv', `${bed.textOf('in.csv')}\n00000000-0000-4000-8000-000000000000,Nowhere`)
  const done = await bed.runWith(midnight, '--json', ...bed.update, ...bed.window)
  t.equal(done.status, 3)
  const { run } = summaryOf(done)
  t.equal((await bed.runWith(nextNoon, 'runs', 'retry', run, '--yes')).status, 75)
  t.equal((await bed.runWith(nextMidnight, 'runs', 'retry', run, '--yes')).status, 3)
  const undo = ['runs', 'undo', run, '--tenant', 'sandbox', '--yes']
  t.equal((await bed.runWith(lastNoon, ...undo, ...bed.window)).status, 75)
  t.strictSame(await updates(), [1, 1, 1])
  t.equal((await bed.runWith(lastNoon, ...undo, '--fresh')).status, 0)
  t.strictSame(await updates(), [2, 2, 2])
})

t.test('a dry run and a plan are made at any time, and a plan is applied within the window of its apply', async t => {
  const { runWith, update, window, truth } = await desk(t)
  t.equal((await runWith(noon, ...update, ...window, '--dry-run')).status, 0)
  t.equal((await runWith(noon, ...update, ...window, '--plan', 'plan.jsonl')).status, 0)
  const apply = ['apply', 'plan.jsonl', '--tenant', 'sandbox', '--yes', '--max-removals', '500']
  t.equal((await runWith(noon, ...apply, ...window)).status, 75)
  t.strictSame(await truth('user'), [])
  t.equal((await runWith(noon, ...apply)).status, 0)
  t.equal((await truth('user')).length, 3)
})

t.test('options that need each other are refused alone', async t => {
  const { run, update } = await desk(t)
  for (const [argv, says] of [
    [['--time-zone', 'UTC'], /--time-zone has no effect alone. Add --window/],
    [['--wait'], /--wait has no effect alone/],
    [['--wave', '5'], /--wave has no effect alone. Add --pause/],
    [['--pause', '5m'], /--pause has no effect alone. Add --wave/],
    [['--window', '22-5'], /two different times of the day/],
    [['--window', '22:00-05:00', '--time-zone', 'Europe/Berlyn'], /name of a time zone/],
    [['--wave', '5', '--pause', '5'], /time with its unit/],
  ] as const) {
    const { status, stderr } = await run(...update, ...argv)
    t.equal(status, 2, argv.join(' '))
    t.match(stderr, says)
  }
})
