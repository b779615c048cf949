import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test('600 app roles are assigned and taken while everything goes wrong, and each result is what the truth says', t =>
  expectTruth(t, 'app-roles', 600, 4),
)
