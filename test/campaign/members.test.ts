import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('1,000 members are added and removed while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'members', 1000, 6),
)
