import t from 'tap'
import { compileFilter } from '../../src/odata/compile-filter.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'
import { printColumn, printFilter } from '../../src/odata/print-filter.ts'
import { generator } from './generated-filters.ts'

t.test('the printed name of a column is read as that column by a filter over rows', async t => {
  for (const [name, printed] of [
    ['mail', 'mail'],
    ['employeeOrgData/division', 'employeeOrgData/division'],
    ['Employee ID', '[Employee ID]'],
    ['2024', '[2024]'],
    ['a]b', '[a]]b]'],
    ['Active?', '[Active?]'],
    ['what??', '[what????]'],
    ['Rank / grade', '[Rank / grade]'],
  ] as const) {
    t.equal(printColumn(name), printed)
    for (const [mark, optional] of [
      ['', undefined],
      ['?', true],
    ] as const) {
      const parsed = parseFilter(`${printed}${mark} eq 1`, { ofRows: true })
      t.match(parsed, { path: { optional } }, name)
      t.equal('path' in parsed && parsed.path?.names.join('/'), name)
    }
  }
})

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
