import { joined, type Filter, type Literal } from './ast.ts'
import { instantOf } from '../core/instant.ts'

/** A bound of a range; `text` is an instant as `instantOf` writes it, or a number. */
interface Bound {
  readonly value: string | number
  readonly inclusive: boolean
}

/**
 * What an index could answer alone: one property, and its texts without regard to case. `equal` holds when the value is
 * one of `values` (null among them or not).
 */
export type Indexable =
  | { readonly kind: 'equal'; readonly property: string; readonly values: readonly Literal[] }
  | { readonly kind: 'prefix'; readonly property: string; readonly prefix: string }
  | { readonly kind: 'range'; readonly property: string; readonly from?: Bound; readonly to?: Bound }
  | { readonly kind: 'null'; readonly property: string }

interface Split {
  readonly index?: Indexable
  /** What is still to be asked of each row that the index gives; absent when there is nothing. */
  readonly residual?: Filter
}

/**
 * Takes out of a filter the one condition that an index can answer and leaves the rest. The whole filter holds exactly for
 * the rows of the index for which the residual holds. Equalities are offered first, then prefixes, ranges, nulls.
 *
 * @param accepts says whether there is an index for it
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
  /** The conditions that it stands for. */
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

/** `id eq 'a' or id eq 'b' or id in (…)` as one. */
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

/** The bounds of each property, joined into the narrowest range. */
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
    // Bounds of two kinds on one property (a date and a number) never hold together; the residual says so.
    if ([range.from, range.to].some(other => other && typeof other.value !== typeof value)) continue
    if (item.operator.startsWith('g')) range.from = narrower(range.from, bound, 1)
    else range.to = narrower(range.to, bound, -1)
    range.items.push(item)
    found.set(property, range)
  }
  return [...found].map(([property, { from, to, items: parts }]) => ({
    index: { kind: 'range', property, ...(from ? { from } : {}), ...(to ? { to } : {}) },
    from: parts,
  }))
}

const narrower = (one: Bound | undefined, other: Bound, sign: 1 | -1): Bound => {
  if (!one) return other
  if (one.value === other.value) return one.inclusive ? other : one
  return (one.value < other.value ? -1 : 1) * sign > 0 ? one : other
}
