import t from 'tap'
import { expectTruth } from './expect-truth.ts'

// An odd number: deleted users free their licences.
for (const [rows, kills, what] of [
  [81, 3, 'the program is killed'],
  [120, 0, 'deleted users hold theirs'],
] as const)
  t.test(
    `${rows} licences are assigned, modified, transferred, removed and put back while everything goes wrong and ${what}, and each result is what the truth says`,
    t => expectTruth(t, 'licences', rows, kills),
  )
