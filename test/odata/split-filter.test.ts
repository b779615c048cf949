import t from 'tap'
import { joined } from '../../src/odata/ast.ts'
import { compileFilter } from '../../src/odata/compile-filter.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'
import { printFilter } from '../../src/odata/print-filter.ts'
import { splitFilter, type Indexable } from '../../src/odata/split-filter.ts'
import { generator } from './generated-filters.ts'

const split = (text: string, accepts: (index: Indexable) => boolean = () => true) => {
  const { index, residual } = splitFilter(parseFilter(text), accepts)
  return { ...(index ? { index } : {}), ...(residual ? { residual: printFilter(residual) } : {}) }
}

t.test('a condition that an index can answer is split off, and the rest is the residual', async t => {
  t.strictSame(split("startsWith(userPrincipalName,'a')"), {
    index: { kind: 'prefix', property: 'userPrincipalName', prefix: 'a' },
  })
  t.strictSame(
    split("startsWith(mail,'a') and accountEnabled eq false", ({ kind }) => kind === 'prefix'),
    {
      index: { kind: 'prefix', property: 'mail', prefix: 'a' },
      residual: 'accountEnabled eq false',
    },
  )
  t.strictSame(
    split("startsWith(mail,'a') and id eq 'x' and city eq 'Bern'", ({ property }) => property === 'id'),
    {
      index: { kind: 'equal', property: 'id', values: [{ type: 'string', value: 'x' }] },
      residual: "startsWith(mail,'a') and city eq 'Bern'",
    },
  )
  t.strictSame(split('createdDateTime eq null'), { index: { kind: 'null', property: 'createdDateTime' } })
  t.strictSame(split('employeeOrgData/division eq null').index, { kind: 'null', property: 'employeeOrgData/division' })
})

t.test('the bounds of one property are merged to the narrowest range', async t => {
  t.strictSame(
    split(
      'd ge 2024-01-01 and d ge 2024-02-01T01:00:00+01:00 and d le 2024-12-31 and d lt 2024-12-31 and a eq 1',
      ({ kind }) => kind === 'range',
    ),
    {
      index: {
        kind: 'range',
        property: 'd',
        from: { value: '2024-02-01T00:00:00', inclusive: true },
        to: { value: '2024-12-31T00:00:00', inclusive: false },
      },
      residual: 'a eq 1',
    },
  )
  t.strictSame(split('n gt 5 and n ge 2024-01-01'), {
    index: { kind: 'range', property: 'n', from: { value: 5, inclusive: false } },
    residual: 'n ge 2024-01-01',
  })
})

t.test('equalities on one property joined by or are merged to one condition', async t => {
  t.strictSame(split("id eq 'a' or id in ('b', 'c')"), {
    index: {
      kind: 'equal',
      property: 'id',
      values: [
        { type: 'string', value: 'a' },
        { type: 'string', value: 'b' },
        { type: 'string', value: 'c' },
      ],
    },
  })
  t.strictSame(split("id eq 'a' or mail eq 'b'"), { residual: "id eq 'a' or mail eq 'b'" })
})

t.test('a filter that no index can answer is left whole', async t => {
  for (const text of [
    "mail ne 'a'",
    "not (startsWith(mail,'a'))",
    "a/any(x:startsWith(x,'b'))",
    'a/$count eq 0',
    "endsWith(mail,'a') and city ne 'x'",
  ])
    t.strictSame(split(text), { residual: text })
  t.strictSame(
    split("startsWith(mail,'a') and city eq 'x'", () => false),
    { residual: "startsWith(mail,'a') and city eq 'x'" },
  )
})

t.test('for any filter and row, index and residual together match the same rows as the filter', async t => {
  const { filter, row, pick } = generator(7)
  const rows = Array.from({ length: 40 }, row)
  let indexed = 0
  for (let round = 0; round < 1500; round++) {
    const whole = joined('and', [filter(0), filter(0), filter()])
    const wanted = pick(['equal', 'prefix', 'range', 'null'])
    const { index, residual } = splitFilter(whole, ({ kind }) => kind === wanted)
    if (index) indexed++
    const [test, rest] = [compileFilter(whole), residual ? compileFilter(residual) : () => true]
    const differing = rows.filter(one => test(one) !== ((!index || answers(index, one)) && rest(one)))
    if (differing.length > 0) t.strictSame(differing, [], printFilter(whole))
  }
  t.equal(indexed > 300, true)
})

/** The answer of an index, computed without the code under test. */
const answers = (index: Indexable, row: Record<string, unknown>): boolean => {
  const value = row[index.property]
  const plain = (one: unknown): unknown => (typeof one === 'string' ? one.toLowerCase() : (one ?? null))
  const moment = (one: unknown): number =>
    typeof one === 'string' ? Date.parse(one.endsWith('Z') ? one : `${one}Z`) : Number(one)
  switch (index.kind) {
    case 'null':
      return value === null
    case 'equal':
      return index.values.some(one => plain(one.value) === plain(value))
    case 'prefix':
      return typeof value === 'string' && value.toLowerCase().startsWith(index.prefix.toLowerCase())
    case 'range': {
      if (value === null) return false
      const { from, to } = index
      const over =
        !from || moment(value) > moment(from.value) || (from.inclusive && moment(value) === moment(from.value))
      return over && (!to || moment(value) < moment(to.value) || (to.inclusive && moment(value) === moment(to.value)))
    }
  }
}
