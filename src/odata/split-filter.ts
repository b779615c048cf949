import { joined, type Filter, type Literal } from './ast.ts'
import { instantOf } from '../core/instant.ts'
import { given } from '../core/given.ts'
import { keySpans, plainProperty, type Span } from './key-spans.ts'

/** A bound of a range. */
interface Bound {
  readonly value: string | number
  readonly inclusive: boolean
}

/**
 * A condition that an index can answer: on one property, with strings case-insensitive. `equal` matches any of `values`,
 * which may include null. `spans` are the keys of the values: beginnings, equal values and parts of the alphabet, joined by `and`, `or`
 * and `not`.
 */
export type Indexable =
  | { readonly kind: 'equal'; readonly property: string; readonly values: readonly Literal[] }
  | { readonly kind: 'spans'; readonly property: string; readonly spans: readonly Span[] }
  | { readonly kind: 'range'; readonly property: string; readonly from?: Bound; readonly to?: Bound }

interface Split {
  readonly index?: Indexable
  /** The condition left to test on each row that the index returns; absent if none is left. */
  readonly residual?: Filter
}

/**
 * Splits a filter into one condition that an index can answer and the residual. A row matches the filter exactly if the
 * index returns it and it matches the residual. Equalities are tried first, then spans that are narrow, ranges, and other spans: the
 * choice is the same for each page of a listing.
 *
 * @param accepts whether an index exists for the condition
 */
export const splitFilter = (filter: Filter, accepts: (index: Indexable) => boolean): Split => {
  const items = filter.kind === 'and' ? filter.items : [filter]
  const spans = spansIn(items)
  const found = [
    ...items.flatMap(equal),
    ...spans.filter(isNarrow),
    ...ranges(items),
    ...spans.filter(one => !isNarrow(one)),
  ]
  const best = found.find(({ index }) => accepts(index))
  if (!best) return { residual: filter }
  const rest = items.filter(item => !best.from.includes(item))
  return { index: best.index, ...(rest.length > 0 && { residual: joined('and', rest) }) }
}

interface Found {
  readonly index: Indexable
  /** The conditions that the index replaces. */
  readonly from: readonly Filter[]
}

const equal = (filter: Filter): readonly Found[] => {
  const index = equalities(filter.kind === 'or' ? filter.items : [filter])
  return index ? [{ index, from: [filter] }] : []
}

/** The keys that pass all conditions on one property. */
const spansIn = (items: readonly Filter[]): readonly Found[] => {
  const each = items.flatMap(item => {
    const found = keySpans(item)
    return found ? [{ item, property: found.property }] : []
  })
  return [...Map.groupBy(each, ({ property }) => property).values()].flatMap(group => {
    const from = group.map(({ item }) => item)
    const index = keySpans(joined('and', from))
    return index ? [{ index: { kind: 'spans', ...index }, from }] : []
  })
}

/** Whether it likely names few objects: it ends, and does not begin with the first text. */
const isNarrow = ({ index }: Found): boolean =>
  index.kind === 'spans' && index.spans.every(({ from, to }) => from > '\0' && to !== undefined)

/** Merges `id eq 'a' or id eq 'b' or id in (…)` into one condition. */
const equalities = (items: readonly Filter[]): Indexable | undefined => {
  const values: Literal[] = []
  let property: string | undefined
  for (const item of items) {
    const name = plainProperty(item)
    if (name === undefined || (property !== undefined && name !== property)) return undefined
    property = name
    if (item.kind === 'in') values.push(...item.values)
    else if (item.kind === 'compare' && item.operator === 'eq') values.push(item.value)
    else return undefined
  }
  return property === undefined ? undefined : { kind: 'equal', property, values }
}

/** The narrowest range of each property. */
const ranges = (items: readonly Filter[]): readonly Found[] => {
  const found = new Map<string, { from?: Bound; to?: Bound; items: Filter[] }>()
  for (const item of items) {
    const property = plainProperty(item)
    if (item.kind !== 'compare' || property === undefined || !/^[gl][te]$/.test(item.operator)) continue
    const value =
      item.value.type === 'date'
        ? instantOf(item.value.value)
        : typeof item.value.value === 'number'
          ? item.value.value
          : undefined
    if (value === undefined) continue
    const bound: Bound = { value, inclusive: item.operator.endsWith('e') }
    const range = found.get(property) ?? { items: [] }
    // A date and a number bound on one property cannot both match. The other bound stays in the residual.
    if ([range.from, range.to].some(other => other && typeof other.value !== typeof value)) continue
    if (item.operator.startsWith('g')) range.from = narrower(range.from, bound, 1)
    else range.to = narrower(range.to, bound, -1)
    range.items.push(item)
    found.set(property, range)
  }
  return [...found].map(([property, { from, to, items: parts }]) => ({
    index: { kind: 'range', property, ...given({ from, to }) },
    from: parts,
  }))
}

const narrower = (one: Bound | undefined, other: Bound, sign: 1 | -1): Bound => {
  if (!one) return other
  if (one.value === other.value) return one.inclusive ? other : one
  return (one.value < other.value ? -1 : 1) * sign > 0 ? one : other
}
