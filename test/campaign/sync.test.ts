import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test(
  'Links of groups are made those of a file while everything goes wrong, nobody who is wanted is removed, and each result is what the truth says',
  t => expectTruth(t, 'sync', 160, 3, 1),
)
