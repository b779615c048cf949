import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('5,000 users are created and deleted while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'users', 5000),
)
