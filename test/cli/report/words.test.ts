import t from 'tap'
import { count } from '../../../src/cli/report/words.ts'

t.test('whole numbers are grouped in threes, as Intl groups them for English', async t => {
  const numbers = [0, 7, 99, 100, 999, 1_000, 12_345, 999_999, 1_000_000, 1_234_567_890, -1, -999, -1_000, -123_456]
  const grouped = new Intl.NumberFormat('en-US')
  t.strictSame(
    numbers.map(count),
    numbers.map(number => grouped.format(number)),
  )
})
