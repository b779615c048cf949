import t from 'tap'
import { reportTable } from '../../../src/catalogue/licences/report-table.ts'

const counts = { users: 0, unused: 0, neverSignedIn: 0, contained: 0, twice: 0 }
const product = (name: string, units: object) => ({
  ...{ row: 'product', skuPartNumber: name.toUpperCase(), productName: name, owned: 0, used: 0, free: 0, inGrace: 0 },
  ...{ suspended: 0, ...counts, ...units },
})
const shown = (...values: readonly object[]): readonly string[] => {
  const table = reportTable()
  table.rows(
    values.map((value, key) => ({ key, value })),
    () => {
      throw new Error('nothing is rejected')
    },
  )
  return String(table.end()).split('\n')
}

t.test('a bar shows the units in use of those that can be used, those in grace too', t => {
  const lines = shown(
    product('Half', { owned: 80, inGrace: 20, used: 50 }),
    product('Nearly', { owned: 1000, used: 999 }),
    product('Over', { owned: 10, used: 20 }),
    product('Empty', {}),
    product('Gone', { used: 3 }),
  )
  const bars = lines.slice(1, 6).map(line => line.replace(/^.*?(?=$|█|·)/, ''))
  t.strictSame(bars, [
    '██████████·········· 50 %',
    '████████████████████ 99 %',
    '████████████████████ 200 %',
    bars[3],
    '████████████████████ no seats',
  ])
  t.notMatch(lines[4], /[█·]/)
  t.end()
})

t.test('users are not listed, and departments beyond twenty are counted', t => {
  const departments = Array.from({ length: 23 }, (_, at) => ({
    ...{ row: 'department', department: at === 0 ? null : `D${at}`, ...counts },
    users: 46 - at,
  }))
  const lines = shown({ row: 'user', userPrincipalName: 'ann@contoso.com' }, ...departments, {
    ...{ row: 'total', ...counts, users: 1234, unused: null, neverSignedIn: null },
  })
  t.notMatch(lines.join('\n'), 'ann@')
  t.equal(lines[0], 'The tenant has no products.')
  t.match(lines, [/^The/, /^$/, /^Department/, /^\(none\) +46 .*█{20}$/])
  t.ok(lines.includes('and 3 more departments, which a file has (--to report.csv)'))
  t.ok(lines.some(line => line.startsWith('1,234 users with licences: 0 have a product that another one')))
  t.end()
})
