import t from 'tap'
import { parseFilter } from '../../../../src/odata/parse-filter.ts'
import { filterOf, isAdvanced, nameOf, type Range } from '../../../../src/sources/graph/sharding/range.ts'

t.test('the filter of a part joins that of the listing, its keys, and what it leaves out', t => {
  const own = parseFilter("accountEnabled eq true or city eq 'Bonn'")
  const parts: readonly (readonly [Range, string | undefined])[] = [
    [{ rows: 9 }, undefined],
    [{ starts: ['a'], rows: 9 }, "startsWith(key,'a')"],
    [{ starts: ["o'", '#'], equals: ['ann'], rows: 9 }, "startsWith(key,'o''') or startsWith(key,'#') or key eq 'ann'"],
    [{ isNull: true, rows: 9 }, 'key eq null'],
    [
      { starts: ['a'], not: { starts: ['ab', 'ac'], equals: ['a'] }, rows: 9 },
      "startsWith(key,'a') and not (startsWith(key,'ab') or startsWith(key,'ac') or key eq 'a')",
    ],
  ]
  for (const [range, filter] of parts) {
    t.equal(filterOf('key', range), filter)
    t.equal(isAdvanced(range), range.not !== undefined || range.isNull === true)
  }
  t.equal(
    filterOf('key', { starts: ['a', 'b'], rows: 1 }, own),
    "(accountEnabled eq true or city eq 'Bonn') and (startsWith(key,'a') or startsWith(key,'b'))",
  )
  t.end()
})

t.test('what a part leaves out comes in clauses of 15', t => {
  const starts = [...'abcdefghijklmnopqrstuvwxyz0123456789']
  const filter = filterOf('key', { not: { starts }, rows: 1 })!
  const clauses = filter.split(' and ')
  t.strictSame(
    clauses.map(clause => [clause.startsWith('not ('), clause.split(' or ').length]),
    [
      [true, 15],
      [true, 15],
      [true, 6],
    ],
  )
  t.end()
})

t.test('the name of a part tells what is in it', t => {
  t.strictSame(
    [
      { starts: ['a', 'b'], equals: ['x'], rows: 1 },
      { starts: ['a'], not: { starts: ['ab'] }, rows: 1 },
      { isNull: true as const, rows: 1 },
    ].map(nameOf),
    ['a* b* x', 'a* (rest)', '(none)'],
  )
  t.end()
})
