import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test(
  '200 applications are deleted and restored while everything goes wrong, and each result is what the truth says',
  t => expectTruth(t, 'apps', 200, 4),
)
