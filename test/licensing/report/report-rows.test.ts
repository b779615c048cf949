import t from 'tap'
import { productsOf } from '../../../src/licensing/products.ts'
import { countRows, departmentOf, reportColumns, userRows } from '../../../src/licensing/report/report-rows.ts'
import { tally } from '../../../src/licensing/report/tally.ts'
import { skuOf, subscribed } from '../products.ts'

const products = productsOf([subscribed('SPE_E3', { enabled: 10, warning: 2, consumed: 13 })])
const none = { use: undefined, containedIn: [], isCovered: null, twiceBy: [] } as const
const e3 = skuOf('SPE_E3')

t.test('a user has a row for each finding, with its own key, and all rows have the same columns', t => {
  const all = { ...none, sku: e3, use: 'unused' as const, containedIn: ['X'], isCovered: false, twiceBy: ['g'] }
  const rows = userRows({ id: 'u', department: ' Sales ' }, [all, { ...none, sku: 'unknown' }], products)
  t.strictSame(
    rows.map(({ key }) => key),
    [`u/${e3}/unused`, `u/${e3}/contained`, `u/${e3}/twice`],
  )
  t.ok(rows.every(({ value }) => Object.keys(value).join() === reportColumns.join()))
  t.match(rows[1]!.value, { department: 'Sales', containedIn: ['X'], isCovered: false, groups: null })
  t.match(rows[2]!.value, { containedIn: null, isCovered: null, groups: ['g'] })
  t.end()
})

t.test('products that nobody has are reported, and those that the tenant does not list have no units', t => {
  const counted = tally(true)
  counted.add('B', [{ ...none, sku: 'strange' }])
  counted.add('A', [{ ...none, sku: 'strange' }])
  counted.add(null, [{ ...none, sku: 'strange' }])
  counted.add(null, [{ ...none, sku: 'strange' }])
  const rows = countRows(counted, products).map(({ value }) => value)
  t.match(rows[0], { skuPartNumber: 'SPE_E3', owned: 10, used: 13, free: 0, inGrace: 2, suspended: 7, lockedOut: 3 })
  t.match(rows[0], { users: 0, unused: 0, neverSignedIn: 0, contained: 0, twice: 0 })
  t.match(rows[1], { row: 'product', skuId: 'strange', skuPartNumber: null, owned: null, used: null, users: 4 })
  t.strictSame(
    rows.filter(({ row }) => row === 'department').map(({ department }) => department),
    [null, 'A', 'B'],
    'the largest first, then by name',
  )
  t.match(rows.at(-1), { row: 'total', users: 4 })
  t.end()
})

t.test('a department of blanks is none', t => {
  t.strictSame([departmentOf({ department: ' ' }), departmentOf({}), departmentOf({ department: 'IT ' })], [null, null, 'IT']) // prettier-ignore
  t.end()
})
