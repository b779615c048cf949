import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('200 people are uploaded while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'uploads', 200, 3, 1),
)
