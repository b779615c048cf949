import { joined, type Filter, type Literal } from './ast.ts'
import { instantOf } from '../core/instant.ts'
import { given } from '../core/given.ts'

/** A bound of a range. */
interface Bound {
  readonly value: string | number
  readonly inclusive: boolean
}

/**
 * A condition that an index can answer: on one property, with strings case-insensitive. `equal` matches any of `values`,
 * which may include null.
 */
export type Indexable =
  | { readonly kind: 'equal'; readonly property: string; readonly values: readonly Literal[] }
  | { readonly kind: 'prefix'; readonly property: string; readonly prefix: string }
  | { readonly kind: 'range'; readonly property: string; readonly from?: Bound; readonly to?: Bound }
  | { readonly kind: 'null'; readonly property: string }

interface Split {
  readonly index?: Indexable
  /** The condition left to test on each row that the index returns; absent if none is left. */
  readonly residual?: Filter
}

/**
 * Splits a filter into one condition that an index can answer and the residual. A row matches the filter exactly if the
 * index returns it and it matches the residual. Equalities are tried first, then prefixes, ranges and nulls.
 *
 * @param accepts whether an index exists for the condition
 */
export const splitFilter = (filter: Filter, accepts: (index: Indexable) => boolean): Split => {
  const items = filter.kind === 'and' ? filter.items : [filter]
  const found = [...ranges(items), ...items.flatMap(item => simple(item))]
  for (const kind of ['equal', 'prefix', 'range', 'null'] as const)
    for (const { index, from } of found)
      if (index.kind === kind && accepts(index)) {
        const rest = items.filter(item => !from.includes(item))
        return rest.length === 0 ? { index } : { index, residual: joined('and', rest) }
      }
  return { residual: filter }
}

interface Found {
  readonly index: Indexable
  /** The conditions that the index replaces. */
  readonly from: readonly Filter[]
}

const plain = (filter: Filter): string | undefined =>
  'path' in filter && filter.path && filter.path.variable === undefined && !filter.path.counts
    ? filter.path.names.join('/')
    : undefined

const simple = (filter: Filter): readonly Found[] => {
  if (filter.kind === 'or') {
    const values = equalities(filter.items)
    return values ? [{ index: values, from: [filter] }] : []
  }
  const property = plain(filter)
  if (property === undefined) return []
  const one = (index: Indexable): readonly Found[] => [{ index, from: [filter] }]
  if (filter.kind === 'in') return one({ kind: 'equal', property, values: filter.values })
  if (filter.kind === 'call' && filter.name === 'startsWith')
    return one({ kind: 'prefix', property, prefix: filter.value })
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return []
  return one(
    filter.value.type === 'null' ? { kind: 'null', property } : { kind: 'equal', property, values: [filter.value] },
  )
}

/** Merges `id eq 'a' or id eq 'b' or id in (…)` into one condition. */
const equalities = (items: readonly Filter[]): Indexable | undefined => {
  const values: Literal[] = []
  let property: string | undefined
  for (const item of items) {
    const name = plain(item)
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
    const property = plain(item)
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
