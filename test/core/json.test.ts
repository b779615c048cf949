import t from 'tap'
import { columnsOf, emptyRow } from '../../src/core/json.ts'

t.test('a row and its copies keep the order of columns, also if names are numbers', async t => {
  const columns = ['name', '2025', '__proto__', '2024']
  const row = emptyRow(columns)()
  for (const column of columns) row[column] = `the ${column}`
  t.strictSame(columnsOf(row), columns)
  t.equal(row['__proto__'], 'the __proto__')
  const { name: _, ...copy } = { ...row, more: 1, '1': 2 } as Record<string, unknown>
  t.strictSame(columnsOf(copy), ['2025', '__proto__', '2024', '1', 'more'])
  t.equal(JSON.stringify(emptyRow(['2'])()), '{}')
})

t.test('a row with other columns is an ordinary object', async t => {
  t.strictSame(Reflect.ownKeys(emptyRow(['b', 'a1', 'constructor'])()), [])
  t.strictSame(columnsOf({ b: 1, a: 2 }), ['b', 'a'])
})
