import type { Test } from 'tap'
import type { Bucket, Budget } from '../../src/core/budget.ts'
import type { Clock } from '../../src/core/clock.ts'

/** A new budget that reads the time from `clock`. */
type MakeBudget = (t: Test, clock: Clock) => Budget

const bucket = (capacity: number, windowMs = 10_000, name = 'read/app/tenant'): Bucket => ({ name, capacity, windowMs })

const clockAt = (start: number) => {
  let now = start
  return { now: () => now, sleep: async (ms: number) => void (now += ms), move: (ms: number) => void (now += ms) }
}

/** What every budget does, wherever it keeps its units. */
export const budgetContract = (t: Test, make: MakeBudget): void => {
  const start = Date.UTC(2026, 10, 21)
  const given = (t: Test) => {
    const clock = clockAt(start)
    const budget = make(t, clock)
    return { clock, budget, take: (of: Bucket, units: number) => budget.take([{ bucket: of, units }]) }
  }

  t.test('a full bucket gives its capacity at once and then says how long to wait', async t => {
    const { take } = given(t)
    const of = bucket(100)
    for (let taken = 0; taken < 100; taken += 4) t.equal(await take(of, 4), 0)
    t.equal(await take(of, 4), 400, 'four units of a hundred in ten seconds')
    t.equal(await take(of, 1), 100)
  })

  t.test('a caller that waits as long as required is served, and not a millisecond before', async t => {
    const { take, clock } = given(t)
    const of = bucket(7, 1000)
    await take(of, 7)
    const wait = await take(of, 3)
    clock.move(wait - 1)
    t.equal(await take(of, 3), 1)
    clock.move(1)
    t.equal(await take(of, 3), 0)
  })

  t.test('units are refilled evenly and never above the capacity', async t => {
    const { take, clock } = given(t)
    const of = bucket(100)
    await take(of, 100)
    clock.move(5000)
    t.equal(await take(of, 50), 0)
    t.ok((await take(of, 1)) > 0)
    clock.move(3_600_000)
    t.equal(await take(of, 100), 0)
    t.ok((await take(of, 1)) > 0)
  })

  t.test('units are taken from all of several buckets, or from none', async t => {
    const { budget, take } = given(t)
    const [large, small] = [bucket(100, 10_000, 'large'), bucket(5, 10_000, 'small')]
    await take(small, 5)
    const both = [large, small].map(of => ({ bucket: of, units: 5 }))
    t.equal(await budget.take(both), 10_000)
    t.equal(await take(large, 100), 0, 'nothing was taken from the large one')
  })

  t.test('a bucket that is named twice is charged the sum', async t => {
    const { budget, take } = given(t)
    const of = bucket(100)
    const twice = (one: number, another: number) =>
      budget.take([one, another].map(units => ({ bucket: { ...of }, units })))
    t.equal(await twice(1, 1), 0)
    t.equal(await twice(60, 39), 100, 'one unit of a hundred in ten seconds')
    t.equal(await twice(60, 38), 0)
    t.equal(await take(of, 1), 100)
  })

  t.test('a spend larger than the bucket is granted when the bucket is full, and paid back', async t => {
    const { take, clock } = given(t)
    const of = bucket(10, 1000)
    await take(of, 1)
    t.equal(await take(of, 25), 100)
    clock.move(100)
    t.equal(await take(of, 25), 0)
    t.equal(await take(of, 1), 1600, 'fifteen owed and one requested')
  })

  t.test('a correction takes or returns units, up to the capacity', async t => {
    const { budget, take, clock } = given(t)
    const of = bucket(100)
    await take(of, 60)
    await budget.settle(of, 30)
    t.ok((await take(of, 11)) > 0)
    await budget.settle(of, -20)
    t.equal(await take(of, 30), 0)
    t.ok((await take(of, 1)) > 0)
    await budget.settle(of, -500)
    t.equal(await take(of, 100), 0)
    t.ok((await take(of, 1)) > 0)
    clock.move(5000)
    t.equal(await take(of, 10), 0)
    await budget.settle(of, -500)
    clock.move(10_000)
    t.equal(await take(of, 100), 0)
    t.ok((await take(of, 1)) > 0)
  })

  t.test('no units are taken from a paused bucket before the pause ends, and other buckets are unaffected', async t => {
    const { budget, take, clock } = given(t)
    const [of, other] = [bucket(100), bucket(100, 10_000, 'other')]
    await take(of, 1)
    await budget.pause(of, start + 5000)
    await budget.pause(of, start + 3000)
    t.equal(await take(of, 1), 5000, 'the later time holds')
    t.equal(await take(other, 1), 0)
    clock.move(5000)
    t.equal(await take(of, 1), 0)
  })

  t.test('a bucket can be paused before anything was taken from it', async t => {
    const { budget, take } = given(t)
    await budget.pause(bucket(10), start + 700)
    t.equal(await take(bucket(10), 1), 700)
  })

  t.test('a clock that is set back removes no units, and ends an earlier pause', async t => {
    const { budget, take, clock } = given(t)
    const [of, other] = [bucket(100), bucket(100, 10_000, 'other')]
    await take(of, 10)
    await budget.pause(other, start + 5000)
    clock.move(-3_600_000)
    t.equal(await take(of, 50), 0)
    t.equal(await take(other, 1), 0)
  })
}
