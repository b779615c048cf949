import t from 'tap'
import { lasting, untilWords } from '../../src/graph/wait-words.ts'

t.test('a wait is described by its end and its length, in no more detail than is useful', async t => {
  const now = Date.UTC(2026, 0, 1, 13, 25, 30)
  t.equal(untilWords(3_948_000, now), 'until 14:32 UTC, in 1 h 6 min')
  t.equal(untilWords(11 * 3_600_000, now), 'until 2026-01-02 00:26 UTC, in 11 h')
  t.strictSame([950, 90_000, 120_000, 599_000, 3_600_000].map(lasting), ['1 s', '90 s', '2 min', '10 min', '1 h'])
})
