import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test(
  '30 directory roles are given and taken while everything goes wrong, and each result is what the truth says',
  t => expectTruth(t, 'roles', 60, 3, 1),
)
