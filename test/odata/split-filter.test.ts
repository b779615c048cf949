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
  t.strictSame(split("startsWith(userPrincipalName,'A')"), {
    index: { kind: 'spans', property: 'userPrincipalName', spans: [{ from: 'a', to: 'b' }] },
  })
  t.strictSame(
    split("startsWith(mail,'a') and accountEnabled eq false", ({ kind }) => kind === 'spans'),
    {
      index: { kind: 'spans', property: 'mail', spans: [{ from: 'a', to: 'b' }] },
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
  const noKey = { kind: 'spans', spans: [{ from: '', to: '\0' }] }
  const isSpans = ({ kind }: Indexable): boolean => kind === 'spans'
  t.strictSame(split('createdDateTime eq null', isSpans), { index: { ...noKey, property: 'createdDateTime' } })
  t.strictSame(split('employeeOrgData/division eq null', isSpans).index, {
    ...noKey,
    property: 'employeeOrgData/division',
  })
})

t.test('all conditions on one property become spans of its keys, and the narrow ones are tried first', async t => {
  const isSpans = ({ kind }: Indexable): boolean => kind === 'spans'
  t.strictSame(
    split(
      "not(startsWith(name,'b')) and city eq 'x' and (startsWith(mail,'ab') or mail eq 'c') and not(startsWith(mail,'abc') or startsWith(mail,'z'))",
      isSpans,
    ),
    {
      index: { kind: 'spans', property: 'city', spans: [{ from: 'x', to: 'x\0' }] },
      residual:
        "not (startsWith(name,'b')) and (startsWith(mail,'ab') or mail eq 'c') and not (startsWith(mail,'abc') or startsWith(mail,'z'))",
    },
  )
  t.strictSame(
    split(
      "not(startsWith(name,'b')) and (startsWith(mail,'ab') or mail eq 'c') and not(startsWith(mail,'abc') or startsWith(mail,'z'))",
      isSpans,
    ),
    {
      index: {
        kind: 'spans',
        property: 'mail',
        spans: [
          { from: 'ab', to: 'abc' },
          { from: 'abd', to: 'ac' },
          { from: 'c', to: 'c\0' },
        ],
      },
      residual: "not (startsWith(name,'b'))",
    },
  )
  t.strictSame(split("not(startsWith(name,'b')) and d ge 2024-01-01").residual, "not (startsWith(name,'b'))")
  t.strictSame(split("startsWith(name,'b') and d ge 2024-01-01").residual, 'd ge 2024-01-01')
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
    "mail ne 'a' or contains(mail,'b')",
    "startsWith(mail,'a') or startsWith(name,'a')",
    "a/any(x:startsWith(x,'b'))",
    'a/$count eq 0',
    "endsWith(mail,'a') and endsWith(city,'x')",
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
    const wanted = pick(['equal', 'spans', 'range'])
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
    case 'equal':
      return index.values.some(one => plain(one.value) === plain(value))
    case 'spans': {
      const key = value === null ? '' : value === '' ? '\0' : String(value).toLowerCase()
      return index.spans.some(({ from, to }) => from <= key && (to === undefined || key < to))
    }
    case 'range': {
      if (value === null) return false
      const { from, to } = index
      const over =
        !from || moment(value) > moment(from.value) || (from.inclusive && moment(value) === moment(from.value))
      return over && (!to || moment(value) < moment(to.value) || (to.inclusive && moment(value) === moment(to.value)))
    }
  }
}
