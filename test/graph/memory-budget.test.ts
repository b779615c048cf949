import t from 'tap'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { fakeClock } from '../fake-clock.ts'

const bucket = { name: 'read', capacity: 100, windowMs: 1_000 }
const other = { name: 'write', capacity: 10, windowMs: 1_000 }

t.test('units are refilled evenly, and never above the capacity', async t => {
  const { clock, advance } = fakeClock()
  const budget = memoryBudget(clock)
  t.equal(await budget.take([{ bucket, units: 100 }]), 0)
  t.equal(await budget.take([{ bucket, units: 10 }]), 100)
  advance(100)
  t.equal(await budget.take([{ bucket, units: 10 }]), 0)
  advance(1_000_000)
  t.equal(await budget.take([{ bucket, units: 100 }]), 0)
  t.equal(await budget.take([{ bucket, units: 1 }]), 10)
})

t.test('units are taken from all buckets or from none', async t => {
  const { clock } = fakeClock()
  const budget = memoryBudget(clock)
  t.equal(await budget.take([{ bucket: other, units: 10 }]), 0)
  t.equal(
    await budget.take([
      { bucket, units: 60 },
      { bucket: other, units: 5 },
    ]),
    500,
  )
  t.equal(await budget.take([{ bucket, units: 100 }]), 0)
})

t.test('a spend above the capacity is granted when the bucket is full, and the excess is owed', async t => {
  const { clock, advance } = fakeClock()
  const budget = memoryBudget(clock)
  t.equal(await budget.take([{ bucket: other, units: 20 }]), 0)
  t.equal(await budget.take([{ bucket: other, units: 1 }]), 1_100)
  advance(1_100)
  t.equal(await budget.take([{ bucket: other, units: 1 }]), 0)
})

t.test('a correction returns units or takes more', async t => {
  const { clock } = fakeClock()
  const budget = memoryBudget(clock)
  await budget.take([{ bucket, units: 50 }])
  await budget.settle(bucket, 50)
  t.equal(await budget.take([{ bucket, units: 10 }]), 100)
  await budget.settle(bucket, -1_000)
  t.equal(await budget.take([{ bucket, units: 100 }]), 0)
})

t.test('no units are taken during a pause, and the later of two pauses counts', async t => {
  const { clock, advance } = fakeClock()
  const budget = memoryBudget(clock)
  await budget.pause(bucket, clock.now() + 5_000)
  await budget.pause(bucket, clock.now() + 2_000)
  t.equal(await budget.take([{ bucket, units: 1 }]), 5_000)
  t.equal(await budget.take([{ bucket: other, units: 1 }]), 0)
  advance(5_000)
  t.equal(await budget.take([{ bucket, units: 1 }]), 0)
})
