import t from 'tap'
import { createConcurrency } from '../../src/graph/concurrency.ts'
import { fakeClock } from '../fake-clock.ts'

t.test('the limit grows by one when a full round at the limit has succeeded', async t => {
  const changes: number[] = []
  const concurrency = createConcurrency(fakeClock().clock, to => changes.push(to), { start: 2, most: 4 })
  for (let nth = 0; nth < 20; nth++) concurrency.wentWell(true)
  t.strictSame(changes, [3, 4])
})

t.test('the limit does not grow while something else holds requests back', async t => {
  const concurrency = createConcurrency(fakeClock().clock, () => {}, { start: 2 })
  for (let nth = 0; nth < 20; nth++) concurrency.wentWell(false)
  t.equal(concurrency.limit, 2)
})

t.test('the limit is halved once for all pending requests, and never falls below the minimum', async t => {
  const { clock, advance } = fakeClock(0)
  const concurrency = createConcurrency(clock, () => {}, { start: 16, least: 3 })
  advance(10)
  concurrency.pushedBack(5)
  concurrency.pushedBack(6)
  t.equal(concurrency.limit, 8)
  concurrency.pushedBack(10)
  t.equal(concurrency.limit, 4)
  advance(10)
  concurrency.pushedBack(20)
  t.equal(concurrency.limit, 3)
})
