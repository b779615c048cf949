import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('30 owners are added and removed while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'owners', 90, 3, 1),
)
