import t from 'tap'
import { createConcurrency } from '../../src/graph/concurrency.ts'
import { fakeClock } from '../fake-clock.ts'

t.test('the limit doubles with each full round until the service pushes back, and then grows by one', async t => {
  const { clock, advance } = fakeClock(0)
  const concurrency = createConcurrency(clock, () => {}, { start: 2, most: 20 })
  const rounds = (many: number): number[] =>
    Array.from({ length: many }, () => {
      for (let nth = concurrency.limit; nth > 0; nth--) concurrency.wentWell(true)
      return concurrency.limit
    })
  t.strictSame(rounds(4), [4, 8, 16, 20])
  advance(10)
  concurrency.pushedBack(5)
  t.strictSame(rounds(3), [11, 12, 13])
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
