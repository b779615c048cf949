import t from 'tap'
import { ordinalMarks } from '../../../src/engine/changes/ordinal-marks.ts'

t.test('a row is new once, whatever its ordinal', async t => {
  const marks = ordinalMarks()
  const ordinals = [0, 1, 7, 8, 65_535, 65_536, 1_000_000, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 7]
  t.strictSame(
    ordinals.map(each => marks.mark(each)),
    ordinals.map(() => true),
  )
  t.strictSame(
    [...ordinals, 2, 65_537].map(each => marks.mark(each)),
    [...ordinals.map(() => false), true, true],
  )
})
