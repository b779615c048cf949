import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test(
  '40 accounts get passwords, passes or managers while everything goes wrong, each secret that is handed out works, and each result is what the truth says',
  t => expectTruth(t, 'accounts', 40, 3, 1),
)
