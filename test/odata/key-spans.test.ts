import t from 'tap'
import { joined, type Filter, type Literal, type Path } from '../../src/odata/ast.ts'
import { compileFilter } from '../../src/odata/compile-filter.ts'
import { isIn, keyOf, keySpans } from '../../src/odata/key-spans.ts'
import { parseFilter } from '../../src/odata/parse-filter.ts'
import { printFilter } from '../../src/odata/print-filter.ts'
import { generator } from './generated-filters.ts'

const spansOf = (text: string) => keySpans(parseFilter(text))?.spans

t.test('spans are disjoint, in order, and join beginnings that overlap or meet', async t => {
  const cases: [string, unknown][] = [
    ["startsWith(a,'B') or startsWith(a,'ab') or startsWith(a,'aB')", [{ from: 'ab', to: 'ac' }, { from: 'b', to: 'c' }]],
    ["startsWith(a,'ab') or startsWith(a,'a') or startsWith(a,'b')", [{ from: 'a', to: 'c' }]],
    ["startsWith(a,'a') and startsWith(a,'b')", []],
    ["startsWith(a,'ab') and startsWith(a,'a')", [{ from: 'ab', to: 'ac' }]],
    ["startsWith(a,'')", [{ from: '\0' }]],
    ["not(startsWith(a,'b'))", [{ from: '\0', to: 'b' }, { from: 'c' }]],
    ["not(startsWith(a,'b') or startsWith(a,'d'))", [{ from: '\0', to: 'b' }, { from: 'c', to: 'd' }, { from: 'e' }]],
    ["not(a eq 'b')", [{ from: '', to: 'b' }, { from: 'b\0' }]],
    ["a in ('c','a')", [{ from: 'a', to: 'a\0' }, { from: 'c', to: 'c\0' }]],
    ['a eq null', [{ from: '', to: '\0' }]],
    ["startsWith(a,'a\uffff')", [{ from: 'a\uffff', to: 'b' }]],
    ["startsWith(a,'\uffff')", [{ from: '\uffff' }]],
    ["startsWith(a,'a') and startsWith(b,'a')", undefined],
    ["startsWith(a,'a') or endsWith(a,'a')", undefined],
    ['a eq 3', undefined],
    ['a gt 2024-01-01', undefined],
    ['a/$count eq 0', undefined],
    ["a/any(x:startsWith(x,'b'))", undefined],
  ] // prettier-ignore
  for (const [text, spans] of cases) t.strictSame(spansOf(text), spans, text)
})

const beginnings = [
  '',
  'a',
  'A',
  'an',
  'anna',
  'b',
  'i',
  'ix',
  'İ',
  'K',
  'ß',
  'Ł',
  'ς',
  'ΑΣ',
  '\uffff',
  'a\uffff',
  '😀',
  '\ud83d',
  "'",
  '-',
]
const values = [...beginnings, null, 'Anna', 'ANNA B', 'İx', 'Ix', 'ı', '\u212ag', 'ΑΣΑ', 'σα', '😀x', 'a\uffff\uffffb', 'a￿￿', 'aÿ', 'zz', '~', '\ue000'] // prettier-ignore

t.test('a key is in the spans of any filter exactly if the value passes the filter', async t => {
  const { pick } = generator(19)
  const path: Path = { names: ['a'], at: 0 }
  const literal = (): Literal =>
    pick([0, 1, 2, 3]) === 0 ? { type: 'null', value: null } : { type: 'string', value: pick(beginnings) }
  const filter = (depth: number): Filter => {
    const kind = depth === 0 ? 'leaf' : pick(['leaf', 'and', 'or', 'or', 'not'] as const)
    if (kind === 'not') return { kind, item: filter(depth - 1) }
    if (kind !== 'leaf') return joined(kind, [filter(depth - 1), filter(depth - 1), filter(depth - 1)])
    const leaf = pick(['call', 'call', 'call', 'compare', 'in'] as const)
    if (leaf === 'call') return { kind: leaf, name: 'startsWith', path, value: pick(beginnings) }
    if (leaf === 'in') return { kind: leaf, path, values: [literal(), literal()] }
    return { kind: leaf, path, operator: pick(['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const), value: literal() }
  }
  for (let round = 0; round < 3_000; round++) {
    const one = filter(3)
    const spans = keySpans(one)?.spans ?? []
    const test = compileFilter(one)
    const wrong = values.filter(value => test({ a: value }) !== isIn(spans, keyOf(value)))
    if (wrong.length > 0) t.strictSame(wrong, [], printFilter(one))
    const ends = spans.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to]))
    if (ends.some((end, at) => at > 0 && end <= ends[at - 1]!)) t.fail(JSON.stringify(spans))
  }
})
