import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('600 users are updated and put back while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'updates', 600, 6),
)
