import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test(
  '600 members of administrative units are added and removed while everything goes wrong, and each result is what the truth says',
  t => expectTruth(t, 'units', 600, 4),
)
