import t from 'tap'
import { compileFilter } from '../../src/odata/compile-filter.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'
import { printFilter } from '../../src/odata/print-filter.ts'
import { generator } from './generated-filters.ts'

t.test('any printed filter parses to one that prints the same and matches the same rows', async t => {
  const { filter, row } = generator(11)
  const rows = Array.from({ length: 20 }, row)
  for (let round = 0; round < 1500; round++) {
    const first = filter(4)
    const text = printFilter(first)
    const second = parseFilter(text)
    const [one, other] = [compileFilter(first), compileFilter(second)]
    if (printFilter(second) !== text || rows.some(at => one(at) !== other(at))) t.fail(text)
  }
})
