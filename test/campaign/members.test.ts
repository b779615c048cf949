import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('600 members are added and removed while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'members', 600, 6),
)
