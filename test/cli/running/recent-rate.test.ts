import t from 'tap'
import { recentRate } from '../../../src/cli/running/recent-rate.ts'

const rows = (now: number, more: { readonly startedAtMs?: number; readonly before?: number } = {}) => ({
  of: 'rows',
  startedAtMs: 1000,
  before: 0,
  now,
  ...more,
})

t.test('in its first half minute, the rate is that since the start', async t => {
  const rate = recentRate()
  t.equal(rate(rows(100), 2_000), 100)
  t.equal(rate(rows(400), 3_000), 200)
  t.equal(rate(rows(400), 5_000), 100)
})

t.test('afterwards it is that of the last half minute, also when nothing comes any more', async t => {
  const rate = recentRate()
  // 1,000 a second for a minute, then 10 a second.
  for (let second = 1; second <= 60; second++) rate(rows(second * 1000), 1000 + second * 1000)
  let last = 0
  for (let second = 61; second <= 90; second++) last = rate(rows(60_000 + (second - 60) * 10), 1000 + second * 1000)
  t.equal(last, 10)
  for (let second = 91; second <= 120; second++) last = rate(rows(60_300), 1000 + second * 1000)
  t.equal(last, 0)
})

t.test('seldom looks count, too: the window begins with the last look before it', async t => {
  const rate = recentRate()
  rate(rows(1_000), 11_000)
  t.equal(rate(rows(7_000), 71_000), 100)
})

t.test('a new phase, and rows of an earlier process, are counted from their own start', async t => {
  const rate = recentRate()
  rate(rows(50_000), 2_000)
  t.equal(rate(rows(100, { startedAtMs: 2_000 }), 3_000), 100)
  t.equal(recentRate()(rows(50_100, { before: 50_000 }), 2_000), 100)
})

t.test('a clock that is set back gives no rate, until it goes on', async t => {
  const rate = recentRate()
  rate(rows(100), 2_000)
  t.equal(rate(rows(200), 500), 0)
  t.equal(rate(rows(300), 1_500), 100)
})
