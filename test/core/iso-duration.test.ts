import t from 'tap'
import { isoDurationMs, shownDuration } from '../../src/core/iso-duration.ts'

t.test('durations of weeks to seconds are read and shown, and others are not read', t => {
  t.strictSame(
    ['P30D', 'PT8H', 'P1DT1H30M', 'P2W', 'PT1S'].map(text => [isoDurationMs(text)! / 1000, shownDuration(text)]),
    [
      [2_592_000, '30 days'],
      [28_800, '8 hours'],
      [91_800, '1 day, 1 hour and 30 minutes'],
      [1_209_600, '2 weeks'],
      [1, '1 second'],
    ],
  )
  for (const text of ['P', 'PT', 'P1M', 'P1Y', '30D', '', null, 5]) t.equal(isoDurationMs(text), undefined)
  t.equal(shownDuration('P1M'), 'P1M')
  t.end()
})
