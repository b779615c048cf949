import t from 'tap'
import { blankColumns } from '../../src/formats/blank-columns.ts'

const rows = (...values: object[]) => values.map((value, key) => ({ key, value }))

t.test('a column is blank until a row has a value in it; an empty list is not a value', t => {
  const blank = blankColumns(['never'])
  t.equal(blank.left(), undefined)
  blank.see(rows({ a: null, b: [], c: '', d: 0 }), ['a', 'b', 'c', 'd', 'e', 'never'])
  t.strictSame(blank.left(), ['a', 'b', 'e'])
  blank.see(rows({ a: 1 }, { b: ['x'] }), ['a', 'b', 'c', 'd', 'e', 'never'])
  t.strictSame(blank.left(), ['e'])
  t.end()
})

t.test('a column that rows lack is blank, even if every object inherits something of its name', t => {
  const blank = blankColumns()
  blank.see(rows({ a: 1 }), ['a', 'constructor'])
  t.strictSame(blank.left(), ['constructor'])
  t.end()
})

t.test('a resumed run knows which columns had a value before', t => {
  const blank = blankColumns([], ['b'])
  blank.see(rows({ a: null, b: null }), ['a', 'b'])
  t.strictSame(blank.left(), ['b'])
  t.end()
})

t.test('rows without columns in common have no blank columns', t => {
  const blank = blankColumns()
  blank.see(rows({ a: null }), undefined)
  t.equal(blank.left(), undefined)
  t.end()
})
