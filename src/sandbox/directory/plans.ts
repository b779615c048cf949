import { isIn, keyOf, type Span } from '../../odata/key-spans.ts'
import type { Faces } from './faces.ts'
import type { OrderLists } from './order-lists.ts'
import type { Overlay } from './overlay.ts'
import type { Order, Population } from './population.ts'
import { firstIndex } from './search.ts'
import { sortedOrder } from './sorted-order.ts'
import type { Cursor, Entity, Query, View } from './types.ts'

/** A part of an order: positions of synthetic objects, and indexes of extras. */
export interface Segment {
  readonly low: number
  readonly high: number
  readonly extraLow: number
  readonly extraHigh: number
}

/** How a query is executed: an order, the parts of it that are read, and a test of each object. */
interface Plan {
  readonly order: Order
  /** In order, none of them empty. */
  readonly segments: readonly Segment[]
  /** The segments are those of these keys; without them all is read. */
  readonly spans: readonly Span[] | undefined
  readonly lists: OrderLists
  readonly test: ((entity: Entity) => boolean) | undefined
}

interface Plans {
  /** Whether spans of a property are found without a scan. */
  fast(property: string): boolean
  planOf(query: Query): Plan
}

/** Number of places in orders that are remembered. */
const mostBegins = 10_000

/** Plans the queries of a collection. Properties without an order are sorted when they are first asked for. */
export const plans = (population: Population, look: Faces, overlayOf: (view: View) => Overlay): Plans => {
  const { size } = population
  const sorted = new Map<string, Order>()
  const orderOf = (name: string): Order => {
    const found = population.orders[name] ?? sorted.get(name)
    if (found) return found
    const made = sortedOrder(population, look, name)
    sorted.set(name, made)
    return made
  }
  const fast = (property: string): boolean => property !== 'default' && size > 0 && property in population.orders

  /** Positions where keys begin, by order and key. Synthetic objects never change. */
  const begins = new Map<string, number>()
  const positionOf = (name: string, order: Order, key: string): number => {
    const known = begins.get(`${name} ${key}`)
    if (known !== undefined) return known
    const found = firstIndex(0, size, at => order.keyAt(at) >= key)
    if (begins.size >= mostBegins) begins.clear()
    begins.set(`${name} ${key}`, found)
    return found
  }
  const planOf = ({ order: wanted, within, where, view }: Query): Plan => {
    const name = wanted === 'default' && within && fast(within.property) ? within.property : wanted
    const order = orderOf(name)
    const lists = overlayOf(view).lists(name, order)
    const { extras } = lists
    const whole: Segment = { low: 0, high: size, extraLow: 0, extraHigh: extras.length }
    if (!within) return { order, segments: [whole].filter(hasAny), spans: undefined, lists, test: where }
    const { property, spans } = within
    if (property !== name) {
      const test = (entity: Entity): boolean => isIn(spans, keyOf(entity[property])) && (where?.(entity) ?? true)
      return { order, segments: [whole].filter(hasAny), spans: undefined, lists, test }
    }
    const segments = spans
      .map(({ from, to }) => ({
        low: positionOf(name, order, from),
        high: to === undefined ? size : positionOf(name, order, to),
        extraLow: extras.indexWhere(row => lists.keyOf(row) >= from),
        extraHigh: to === undefined ? extras.length : extras.indexWhere(row => lists.keyOf(row) >= to),
      }))
      .filter(hasAny)
    return { order, segments, spans, lists, test: where }
  }
  return { fast, planOf }
}

const hasAny = ({ low, high, extraLow, extraHigh }: Segment): boolean => high > low || extraHigh > extraLow

/** Counts segments without a test. What the view does not show is in the lists, and is taken off. */
export const countOf = ({ segments, spans, lists, order }: Plan, overlay: Overlay): number => {
  const { masked, keyOf } = lists
  const hidden = overlay.hidden()
  const extras = hidden.rows.filter(row => !spans || isIn(spans, keyOf(row))).length
  let count = -extras
  for (const { low, high, extraLow, extraHigh } of segments) {
    const ranks = hidden.ranks.filter(rank => order.positionOf(rank) >= low && order.positionOf(rank) < high).length
    const inSegment = masked.indexWhere(at => at >= high) - masked.indexWhere(at => at >= low)
    count += high - low - (inSegment - ranks) + (extraHigh - extraLow)
  }
  return count
}

/**
 * Returns where the reading of a segment begins: the next synthetic position and the next extra, or the ones after them if descending. That is
 * the end of a segment before the cursor.
 */
export const startOf = (
  { extras, placeOf, keyOf: keyAt }: OrderLists,
  idOf: (row: number) => string,
  descending: boolean,
  from: Cursor | undefined,
): ((segment: Segment) => { position: number; extra: number }) => {
  if (!from)
    return ({ low, high, extraLow, extraHigh }) =>
      descending ? { position: high, extra: extraHigh } : { position: low, extra: extraLow }
  const place = Number(from['p'])
  const key = from['k']
  const id = String(from['i'])
  const isExtra = key !== undefined
  const after = (row: number): boolean => {
    const position = placeOf(row)
    if (position !== place) return position > place
    return isExtra && (keyAt(row) === key ? idOf(row) > id : keyAt(row) > String(key))
  }
  const atOrAfter = (row: number): boolean =>
    after(row) || (isExtra && placeOf(row) === place && keyAt(row) === key && idOf(row) === id)
  const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
  const position = descending || isExtra ? place : place + 1
  const extra = extras.indexWhere(descending && isExtra ? atOrAfter : after)
  return ({ low, high, extraLow, extraHigh }) => ({
    position: clamp(position, low, high),
    extra: clamp(extra, extraLow, extraHigh),
  })
}
