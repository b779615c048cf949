import t from 'tap'
import { expectTruth } from './expect-truth.ts'

for (const [rows, kills, what] of [
  [90, 3, 'the program is killed'],
  [70, 0, 'somebody else changes the same users'],
] as const)
  t.test(
    `${rows} licences are assigned, modified, transferred, removed and put back while everything goes wrong and ${what}, and each result is what the truth says`,
    t => expectTruth(t, 'licences', rows, kills),
  )
