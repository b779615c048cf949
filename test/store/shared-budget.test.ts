import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { sharedBudget, type SharedBudget } from '../../src/store/shared-budget.ts'
import { budgetContract } from '../contracts/budget.ts'
import { handClock } from './fixtures.ts'

const bucket = { name: 'read/app/tenant', capacity: 1000, windowMs: 10_000 }
const one = (budget: SharedBudget, units: number) => budget.take([{ bucket, units }])

t.test('the shared budget keeps the contract of a budget', async t =>
  budgetContract(t, (t, clock) => {
    const budget = sharedBudget(join(t.testdir(), 'budget.sqlite'), clock)
    t.teardown(() => budget.close())
    return budget
  }),
)

const pair = (folder: string) => {
  const clock = handClock()
  const path = join(folder, 'budget.sqlite')
  return { clock, first: sharedBudget(path, clock), second: sharedBudget(path, clock) }
}

t.test('two processes together get at most the units of the bucket', async t => {
  const { first, second } = pair(t.testdir())
  let taken = 0
  for (let round = 0; round < 2000; round++) if ((await one(round % 2 ? first : second, 1)) === 0) taken++
  t.ok(taken <= 1000 && taken >= 950, `${taken}: at most one lease is unavailable`)
  first.close()
  t.equal(await one(second, 1000 - taken > 0 ? 1 : 0), 0, 'units that one process returns are available to the other')
  second.close()
})

t.test('units that a dead process had leased count as spent, and are refilled', async t => {
  const { first: dead, second: living, clock } = pair(t.testdir())
  await one(dead, 1)
  let taken = 0
  while ((await one(living, 1)) === 0) taken++
  t.equal(taken, 949, 'all but one spent and fifty leased')
  clock.move(10_000 + 1000)
  taken = 0
  while ((await one(living, 1)) === 0) taken++
  t.equal(taken, 1000)
})

t.test('a pause that one process received applies to units that another has leased', async t => {
  const { first, second, clock } = pair(t.testdir())
  await one(first, 1)
  await second.pause(bucket, clock.now() + 4000)
  t.equal(await one(first, 1), 4000)
})

t.test('unspent leased units are returned when the budget is closed', async t => {
  const { first, second } = pair(t.testdir())
  await one(first, 1)
  first.close()
  t.equal(await one(second, 999), 0)
})

t.test('an expired lease is not used', async t => {
  const { first, second, clock } = pair(t.testdir())
  await one(first, 1)
  clock.move(10_000)
  t.equal(await one(second, 1000), 0)
  t.ok((await one(first, 1)) > 0)
})

t.test('no process waits for a clock that was set back', async t => {
  const { first, clock } = pair(t.testdir())
  await one(first, 1000)
  clock.move(-3_600_000)
  t.ok((await one(first, 1)) <= 10)
  clock.move(10)
  t.equal(await one(first, 1), 0)
})

t.test('a pause and a lease that were written while the clock was ahead have no effect', async t => {
  const { first, second, clock } = pair(t.testdir())
  const dayMs = 86_400_000
  clock.move(dayMs)
  await one(first, 1)
  await first.pause(bucket, clock.now() + 10_000)
  clock.move(-dayMs)
  t.equal(await one(second, 1), 0)
  clock.move(10_000)
  t.equal(await one(second, 999), 0, 'the bucket has refilled')
  await second.pause(bucket, clock.now() + 4000)
  t.equal(await one(second, 1), 4000, 'a pause of the present applies')
})

t.test('closing succeeds if a lease cannot be returned', async t => {
  const folder = t.testdir()
  const { first, second } = pair(folder)
  await one(first, 1)
  const other = new DatabaseSync(join(folder, 'budget.sqlite'))
  other.exec('drop table leases')
  other.close()
  first.close()
  second.close()
  await t.rejects(one(first, 100), 'it is closed')
})
