import t from 'tap'
import { boundWatch } from '../../src/graph/bound.ts'

/** A watch, and a way to let time pass while something is waited for. */
const watched = (busy = 0) => {
  let now = 0
  const watch = boundWatch({ now: () => now, sleep: async () => {} }, () => busy)
  const during = async (how: 'waiting' | 'held' | 'both' | 'neither', ms: number) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waits = [
      ...(how === 'waiting' || how === 'both' ? [watch.waiting(promise)] : []),
      ...(how === 'held' || how === 'both' ? [watch.held(promise)] : []),
    ]
    now += ms
    resolve()
    await Promise.all(waits)
  }
  return { watch, during }
}

t.test('a run that waits for replies is bound by latency, or by quota if the quota delays them', async t => {
  const { watch, during } = watched()
  await during('waiting', 60_000)
  t.equal(watch.bound(), 'latency')
  await during('both', 60_000)
  t.equal(watch.bound(), 'quota')
  await during('waiting', 60_000)
  t.equal(watch.bound(), 'latency')
})

t.test('a run whose replies are ready is bound by its disk, or by its processor if that is never idle', async t => {
  for (const [busy, bound] of [
    [0.3, 'disk'],
    [0.95, 'cpu'],
  ] as const) {
    const { watch, during } = watched(busy)
    await during('neither', 60_000)
    t.equal(watch.bound(), bound)
  }
})

t.test('a quota that delays only unneeded requests binds nothing', async t => {
  const { watch, during } = watched()
  await during('held', 60_000)
  t.equal(watch.bound(), 'disk')
})

t.test('only the last ten seconds count, not the whole run', async t => {
  const { watch, during } = watched()
  await during('waiting', 3_600_000)
  await during('neither', 5_000)
  t.equal(watch.bound(), 'latency')
  await during('neither', 5_000)
  t.equal(watch.bound(), 'disk')
})
