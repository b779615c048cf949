import t from 'tap'
import { columnUnknown } from '../../src/core/column-unknown.ts'

const told = (name: string, there: readonly string[]): string =>
  columnUnknown('filter', [{ name }], there, 'which no row had').message

t.test('the nearest column is named, and a character in it that cannot be seen', async t => {
  t.equal(told('nam', ['id', 'name']), 'filter names the column nam, which no row had. Did you mean name?')
  t.equal(
    told('name', ['id', 'name\u200b']),
    'filter names the column name, which no row had. Did you mean name\u200b? It has the character U+200B, which cannot be seen: rename the column in the file.',
  )
  t.equal(told('x', ['id', 'name']), 'filter names the column x, which no row had. Rows have id, name.')
})
