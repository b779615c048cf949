import t from 'tap'
import { expectTruth } from './expect-truth.ts'

t.test(
  '200 devices are updated, put back and deleted while everything goes wrong, and each result is what the truth says',
  t => expectTruth(t, 'devices', 200, 4),
)
