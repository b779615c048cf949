import t from 'tap'
import { compileOrderBy, parseOrderBy } from '../../src/odata/parse-orderby.ts'

t.test('an order is parsed to a list of properties with a direction', async t => {
  t.strictSame(parseOrderBy('displayName'), [{ property: 'displayName', direction: 'asc' }])
  t.strictSame(parseOrderBy(' surname DESC ,employeeOrgData/division asc'), [
    { property: 'surname', direction: 'desc' },
    { property: 'employeeOrgData/division', direction: 'asc' },
  ])
})

t.test('a syntax error says where it is', async t => {
  const message = (text: string): string => {
    try {
      return JSON.stringify(parseOrderBy(text))
    } catch (error) {
      return String(error)
    }
  }
  t.equal(
    message('displayName descending'),
    "EntrapipeError: $orderby, at character 13: expected 'asc' or 'desc', got descending. Did you mean 'desc'?",
  )
  t.equal(message('a, '), 'EntrapipeError: $orderby, at character 4: expected a property, got nothing.')
  t.equal(message('a asc b'), "EntrapipeError: $orderby, at character 7: expected ',' or the end, got b.")
  t.equal(message('a, b+c'), 'EntrapipeError: $orderby, at character 4: expected a property, got b+c.')
})

t.test('rows are compared case-insensitively, with null first', async t => {
  const rows = [{ a: 'b' }, { a: 'A' }, { a: null }, {}, { a: 'B', n: 2 }, { a: 'b', n: 1 }]
  const sorted = (text: string): unknown => rows.toSorted(compileOrderBy(parseOrderBy(text)))
  t.strictSame(sorted('a,n desc'), [{ a: null }, {}, { a: 'A' }, { a: 'B', n: 2 }, { a: 'b', n: 1 }, { a: 'b' }])
  t.strictSame(sorted('a desc,n'), [{ a: 'b' }, { a: 'b', n: 1 }, { a: 'B', n: 2 }, { a: 'A' }, { a: null }, {}])
})
