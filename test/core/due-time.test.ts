import t from 'tap'
import { dueTimeIn } from '../../src/core/due-time.ts'

t.test('a change is due after a while, or at a time', async t => {
  t.strictSame(['90m', '12h', '30d', '2w'].map(dueTimeIn), [
    { afterMs: 5_400_000 },
    { afterMs: 43_200_000 },
    { afterMs: 2_592_000_000 },
    { afterMs: 1_209_600_000 },
  ])
  t.strictSame(['2027-01-31', '2027-01-31T18:00:00+01:00'].map(dueTimeIn), [
    { atMs: Date.UTC(2027, 0, 31) },
    { atMs: Date.UTC(2027, 0, 31, 17) },
  ])
})

t.test('no change is due at once, after more than a hundred years, or on a day that does not exist', async t => {
  t.strictSame(['0d', '36501d', '30', '2027-02-30', 'soon'].map(dueTimeIn), Array(5).fill(undefined))
})
