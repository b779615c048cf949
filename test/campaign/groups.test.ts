import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('300 groups are created and deleted while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'groups', 300, 6),
)
