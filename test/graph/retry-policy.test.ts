import t from 'tap'
import { backoffMs, patient } from '../../src/graph/retry-policy.ts'

t.test('waits double up to the maximum, and each is a random share of it', async t => {
  t.strictSame(
    [1, 2, 3, 7, 8, 1_000].map(failures => backoffMs(patient, failures, () => 1)),
    [500, 1_000, 2_000, 32_000, 60_000, 60_000],
  )
  t.equal(
    backoffMs(patient, 5, () => 0),
    0,
  )
  t.equal(
    backoffMs(patient, 2, () => 0.25),
    250,
  )
})
