import t from 'tap'
import type { Json } from '../../../src/core/json.ts'
import { hoursIn } from '../../../src/core/time-window.ts'
import { pausedNote, type Pace } from '../../../src/engine/changes/pacing.ts'
import type { RunRequest } from '../../../src/engine/run-request.ts'
import { steppedClock } from '../../stepped-clock.ts'
import { clientBetween } from './between.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

const night: Pace['window'] = { ...hoursIn('22:00-05:00')!, timeZone: 'UTC' }
const tenMinutes = 600_000

/** Members to add, the clock of a run, and what became of it. */
const scene = async (t: Parameters<typeof sandboxBed>[0], count: number, start: string) => {
  const bed = await sandboxBed(t, [], { users: 1200 })
  const users = (await bed.ids('/users?$select=id&$top=999')).slice(0, count)
  const group = await bed.newGroup()
  bed.input(users.map(member => [{ kind: 'add-member', value: { group, member } }]))
  const time = steppedClock(start)
  const events: unknown[] = []
  const change = (pace: Pace, more: Partial<RunRequest> = {}, waitsForWindow = false) =>
    bed.change(
      { pace, waitsForWindow },
      {
        clock: time.clock,
        onEvent(event) {
          if (event.event !== 'pausing') return
          events.push(`${event.why} until ${new Date(event.untilMs).toISOString()}`)
          // After the sleep has begun.
          setImmediate(() => setImmediate(() => time.moveTo(event.untilMs)))
        },
        ...more,
      },
    )
  const members = async (): Promise<number> => (await bed.ids(`/groups/${group}/members?$select=id`)).length
  const noteOf = (run: string, note: string): Promise<Json | undefined> => bed.store.read(run, r => r.loadNote(note))
  return { bed, store: bed.store, moveTo: time.moveTo, change, members, events, noteOf }
}

t.test('outside its window, a run takes its rows in, sends nothing, and says when it can continue', async t => {
  const { change, members, moveTo, store, noteOf } = await scene(t, 3, '2026-01-15T12:00:00Z')
  const end = await change({ window: night })
  const until = Date.parse('2026-01-15T22:00:00Z')
  t.match(end, { end: 'pending', changes: { pending: 3, sent: 0, pausedUntil: until } })
  t.equal(await members(), 0)
  t.match(await store.get(end.run), { status: 'interrupted' })
  t.equal(await noteOf(end.run, pausedNote), until)
  moveTo('2026-01-15T22:00:00Z')
  // The window is that of the run.
  t.match(await change({}, { resume: end.run }), { run: end.run, end: 'done' })
  t.equal(await members(), 3)
})

t.test(
  'a run that leaves its window settles what is in flight, sends nothing else, and is resumed by the same work',
  async t => {
    const bed = await scene(t, 440, '2026-01-15T04:59:00Z')
    let batches = 0
    const graph = await clientBetween(t, bed.bed, async ({ pass }) => {
      batches++
      bed.moveTo('2026-01-15T05:00:00Z')
      return pass()
    })
    const end = await bed.change({ window: night }, { graph })
    t.equal(batches, 1)
    t.match(end, { end: 'pending', changes: { pausedUntil: Date.parse('2026-01-15T22:00:00Z') } })
    const left = end.changes!.pending
    t.ok(left < 440 && left > 0)
    t.equal(await bed.members(), 440 - left)
    t.match(await bed.store.read(end.run, run => run.countResults()), { done: 440 - left })
    bed.moveTo('2026-01-15T23:00:00Z')
    t.match(await bed.change({}), { run: end.run, end: 'done', manifest: { counts: { done: 440 } } })
    t.equal(await bed.members(), 440)
  },
)

t.test('a process that waits continues when the window opens', async t => {
  const { change, members, events } = await scene(t, 3, '2026-01-15T12:00:00Z')
  t.match(await change({ window: night }, {}, true), { end: 'done' })
  t.equal(await members(), 3)
  t.strictSame(events, ['window until 2026-01-15T22:00:00.000Z'])
})

t.test('a run pauses after each wave but the last one', async t => {
  const bed = await scene(t, 25, '2026-01-15T12:00:00Z')
  const sizes: number[] = []
  const graph = await clientBetween(t, bed.bed, async ({ body, pass }) => {
    sizes.push((body.match(/directoryObjects\//g) ?? []).length)
    return pass()
  })
  t.match(await bed.change({ wave: { rows: 10, pauseMs: tenMinutes } }, { graph }), { end: 'done' })
  t.strictSame(sizes, [10, 10, 5])
  t.strictSame(bed.events, ['wave until 2026-01-15T12:10:00.000Z', 'wave until 2026-01-15T12:20:00.000Z'])
  t.equal(await bed.members(), 25)
})

t.test('the pause of a process that died continues in the one that resumes the run, and so does its wave', async t => {
  const bed = await scene(t, 25, '2026-01-15T12:00:00Z')
  const stop = new AbortController()
  const pace = { wave: { rows: 10, pauseMs: tenMinutes } }
  await t.rejects(
    bed.change(pace, {
      signal: stop.signal,
      onEvent: event => event.event === 'pausing' && stop.abort(new Error('died')),
    }),
    { message: 'died' },
  )
  t.equal(await bed.members(), 10)
  bed.moveTo('2026-01-15T12:04:00Z')
  const end = await bed.change({})
  t.strictSame(bed.events, ['wave until 2026-01-15T12:10:00.000Z', 'wave until 2026-01-15T12:20:00.000Z'])
  t.match(end, { end: 'done' })
  t.equal(await bed.members(), 25)
})

t.test('a pause is no longer than asked after the clock was set back', async t => {
  const bed = await scene(t, 15, '2026-01-15T12:00:00Z')
  const stop = new AbortController()
  await t.rejects(
    bed.change(
      { wave: { rows: 10, pauseMs: tenMinutes } },
      { signal: stop.signal, onEvent: event => event.event === 'pausing' && stop.abort(new Error('died')) },
    ),
    { message: 'died' },
  )
  bed.moveTo('2026-01-14T12:00:00Z')
  t.match(await bed.change({}), { end: 'done' })
  t.strictSame(bed.events, ['wave until 2026-01-14T12:10:00.000Z'])
  t.equal(await bed.members(), 15)
})

t.test('rows past a wave are not looked at', async t => {
  const bed = await scene(t, 900, '2026-01-15T12:00:00Z')
  const add = operations('add-member')!
  const stop = new AbortController()
  let looked = 0
  await t.rejects(
    bed.change(
      { wave: { rows: 40, pauseMs: tenMinutes } },
      {
        signal: stop.signal,
        operations: () => ({
          ...add,
          look: (values, context) => ((looked += values.length), add.look(values, context)),
        }),
        onEvent: event => event.event === 'pausing' && stop.abort(new Error('stopped')),
      },
    ),
    { message: 'stopped' },
  )
  t.equal(await bed.members(), 40)
  t.equal(looked, 300)
})

t.test('a limit counts the rows of all waves', async t => {
  const bed = await scene(t, 25, '2026-01-15T12:00:00Z')
  const pace = { wave: { rows: 10, pauseMs: tenMinutes } }
  const end = await bed.change(pace, { changing: { lagBoundMs: 0, pace, mostChanges: 15 } })
  t.match(end, { end: 'pending', changes: { sent: 15, pending: 10 } })
  t.equal(await bed.members(), 15)
  t.strictSame(bed.events, ['wave until 2026-01-15T12:10:00.000Z'])
})
