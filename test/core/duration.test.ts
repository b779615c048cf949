import t from 'tap'
import { durationIn } from '../../src/core/duration.ts'

t.test('a time has a unit', async t => {
  t.strictSame(
    ['30s', '10m', '10 min', '24h', '2d', '2w'].map(durationIn),
    [30_000, 600_000, 600_000, 86_400_000, 172_800_000, 1_209_600_000],
  )
  t.strictSame(['', '10', 'm', '0h', '-1h', '1.5h', '1y', '10000000000d'].map(durationIn), Array(8).fill(undefined))
})
