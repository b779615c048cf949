import t from 'tap'
import type { Alarm } from '../../src/core/clock.ts'
import { watchdog } from '../../src/graph/watchdog.ts'
import { scene } from './fixtures.ts'

/** Alarms that ring when the test says so. */
const alarms = () => {
  const set = new Map<() => void, number>()
  const alarm: Alarm = (ms, ring) => {
    set.set(ring, ms)
    return () => void set.delete(ring)
  }
  return {
    alarm,
    /** Those that are set, in milliseconds, in the order set. */
    pending: () => [...set.values()],
    /** Rings the nth of them. */
    ring(nth: number) {
      const [ring] = [...set.keys()].slice(nth)
      set.delete(ring!)
      ring!()
    },
  }
}

/** Chunks that the test hands out, and what has been read of them. */
const watched = (chunks: readonly number[]) => {
  const given = alarms()
  const dog = watchdog(given.alarm)
  const bytes = dog.watch(
    (async function* () {
      for (const length of chunks) yield new Uint8Array(length)
    })(),
  )
  return { ...given, dog, bytes: bytes[Symbol.asyncIterator]() }
}
const why = ({ signal }: { readonly signal: AbortSignal }) => (signal.reason as Error | undefined)?.message

t.test('an attempt ends after 120 s without a reply', async t => {
  const { dog, pending, ring } = watched([])
  t.strictSame(pending(), [120_000])
  ring(0)
  t.equal(why(dog), 'no reply came within 120 s')
})

t.test('a reply fails after 60 s without a byte, however much came before', async t => {
  const { dog, bytes, pending, ring } = watched([1_000_000, 1])
  await bytes.next()
  t.strictSame(pending(), [60_000, 60_000], 'the pace, and the silence since the last byte')
  ring(1)
  t.equal(why(dog), 'the reply stopped for 60 s')
})

t.test('a reply fails when fewer than 60,000 bytes came within 60 s, and continues otherwise', async t => {
  const { dog, bytes, pending, ring } = watched([60_000, 59_999])
  await bytes.next()
  ring(0)
  t.equal(why(dog), undefined)
  await bytes.next()
  t.strictSame(pending(), [60_000, 60_000])
  ring(0)
  t.equal(why(dog), 'the reply came at less than 1 kB/s')
})

t.test('a complete reply, and an abandoned attempt, leave no timer behind', async t => {
  const { dog, bytes, pending } = watched([5])
  while (!(await bytes.next()).done);
  dog.rest()
  t.strictSame(pending(), [])
  const controller = new AbortController()
  const other = watchdog(alarms().alarm, controller.signal)
  controller.abort(new Error('stop'))
  t.equal(why(other), 'stop')
})

t.test('a server that stops in mid-reply, or never replies, is a failed attempt that is retried', async t => {
  const { alarm, pending, ring } = alarms()
  const body = { id: 'a'.repeat(1000) }
  const script = [{ silent: true }, { body, stopAfter: 10 }, { body }] as const
  const asked = Promise.withResolvers<void>()
  const answer = (_: unknown, nth: number) => {
    asked.resolve()
    return script[nth]!
  }
  const { graph, events } = await scene(t, answer, { alarm })
  const reply = graph.request({ method: 'GET', url: '/users/a' })
  const until = async (alarms: number) => {
    while (pending().length !== alarms) await new Promise(resolve => setImmediate(resolve))
  }
  await until(1)
  // An alarm that rings before the request has arrived would leave its reply to the next one.
  await asked.promise
  ring(0)
  await until(0)
  await until(2)
  ring(1)
  t.strictSame((await reply).attempts, 3)
  t.strictSame(
    events.map(event => ('why' in event ? event.why : event.kind)),
    ['signed-in', 'no reply came within 120 s', 'the reply stopped for 60 s'],
  )
})
