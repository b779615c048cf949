import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('1,000 groups are created and deleted while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'groups', 1000),
)
