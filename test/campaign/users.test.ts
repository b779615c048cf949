import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('600 users are created and deleted while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'users', 600, 6),
)
