import { keyOf } from '../../odata/key-spans.ts'
import type { Faces } from './faces.ts'
import { column, words } from './memory/column.ts'
import type { Memory } from './memory/memory.ts'
import { sortedRows, type SortedRows } from './memory/sorted-rows.ts'
import { scatter } from './permutation.ts'
import type { Order, Population } from './population.ts'
import { firstIndex } from './search.ts'
import type { VersionRows } from './version-rows.ts'

/** The effect of all changes on one order. */
export interface OrderLists {
  readonly order: Order
  /** Positions of synthetic objects that were changed or deleted. */
  readonly masked: SortedRows
  /** Rows of versions. Each comes before the synthetic object of its place. */
  readonly extras: SortedRows
  add(row: number): void
  remove(row: number): void
  keyOf(row: number): string
  /** Position among the synthetic objects. Slow on the first call for a row. */
  placeOf(row: number): number
  /** Whether the place of a row is this position or one before it. Fast for neighbouring positions. */
  isUpTo(row: number, position: number): boolean
}

/** The values by which an object is found: in lower case, addresses without their type (`smtp:`), none for null and empty text. */
export const keysOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : [value])
    .filter(one => one !== '')
    .map(one => keyOf(one).replace(/^smtp:/, ''))
    .filter(key => key !== '')

/** A position derived from the id. */
const placeOfId = (id: string, size: number): number =>
  size === 0 ? 0 : scatter(Number.parseInt(id.slice(-8), 16) | 0) % size

/** The first six characters as a number: a smaller one has a smaller key, equal ones may differ. */
const headOf = (key: string): number => {
  let head = 0
  let isExact = true
  for (let at = 0; at < 6; at++) {
    const code: number = isExact && at < key.length ? key.charCodeAt(at) : 0
    head = head * 256 + Math.min(code, 255)
    // Characters beyond that are not told apart, so the ones after them do not count.
    isExact &&= code < 255
  }
  return head
}

interface OrderOptions {
  readonly population: Population
  readonly look: Faces
  readonly memory: Memory
  /** Name of the lists in the memory. */
  readonly within: string
  readonly name: string
  readonly order: Order
  readonly rows: VersionRows
}

/** What orders compare of each version. It is computed once, when the version is added. */
export interface OrderKeys {
  compare(one: number, other: number): number
  prepare(row: number): void
  /** Prepares many rows and sorts them. */
  sort(rows: Uint32Array): Uint32Array
  keyOf(row: number): string
  placeOf(row: number): number
  isUpTo(row: number, position: number): boolean
}

/**
 * Creates the keys of one order. Finding the position of a key among the synthetic objects is slow, and sorting does not need
 * it: a greater position never has a smaller key.
 */
export const orderKeys = ({ population, look, memory, within, name, order, rows }: OrderOptions): OrderKeys => {
  const { size } = population
  const property = name === 'default' ? 'deletedDateTime' : name
  const isPlaced = name === 'default' && size > 0
  const heads = column(memory, `${within}.heads`, Float64Array)
  /** Twice the position plus one, 0 until it is first read; one more if it is the place of the synthetic object that the version replaces. */
  const spots = words(memory, `${within}.spots`)
  let [heldRow, heldKey] = [0, '']
  /** Keys by row, while many are sorted. */
  let known: string[] | undefined

  const keyAt = (row: number): string =>
    isPlaced ? '' : (known?.[row] ?? keyOf(look.value(rows.content(row), property)))
  /** An insertion compares one row with many. */
  const held = (row: number): string => {
    if (row !== heldRow) [heldRow, heldKey] = [row, keyAt(row)]
    return heldKey
  }
  const placeOf = (row: number): number => {
    const spot = spots.get(row)
    if (spot > 1) return Math.floor(spot / 2) - 1
    const key = keyAt(row)
    const place = firstIndex(0, size, at => order.keyAt(at) >= key)
    spots.set(row, 2 * (place + 1))
    return place
  }
  let [keyedAt, keyThere] = [-1, '']
  const isUpTo = (row: number, position: number): boolean => {
    if (position < 0) return false
    const spot = spots.get(row)
    if (spot > 1) return Math.floor(spot / 2) - 1 <= position
    if (position !== keyedAt) [keyedAt, keyThere] = [position, order.keyAt(position)]
    return keyThere >= held(row)
  }
  const isOwn = (row: number): boolean => spots.get(row) % 2 === 1
  const compareIds = (one: number, other: number): number =>
    rows.compareIds(one, other) || rows.from(one) - rows.from(other)
  const compare: OrderKeys['compare'] = isPlaced
    ? (one, other) => placeOf(one) - placeOf(other) || (one === other ? 0 : compareIds(one, other))
    : (one, other) => {
        if (one === other) return 0
        const difference = heads.get(one) - heads.get(other)
        if (difference !== 0) return difference
        const [a, b] = [keyAt(one), held(other)]
        if (a !== b) return a < b ? -1 : 1
        return (isOwn(one) || isOwn(other) ? placeOf(one) - placeOf(other) : 0) || compareIds(one, other)
      }
  const prepare = (row: number): void => {
    const rank = rows.rank(row)
    if (isPlaced) {
      const place = rank < 0 ? placeOfId(rows.id(row), size) : order.positionOf(rank)
      spots.set(row, 2 * (place + 1) + (rank < 0 ? 0 : 1))
      return
    }
    const key = keyAt(row)
    if (known) known[row] = key
    if (row === heldRow) heldKey = key
    heads.set(row, headOf(key))
    const own = rank < 0 || size === 0 ? -1 : order.positionOf(rank)
    spots.set(row, own >= 0 && order.keyAt(own) === key ? 2 * (own + 1) + 1 : 0)
  }
  return {
    compare,
    prepare,
    sort(given) {
      known = []
      for (const row of given) prepare(row)
      const sorted = given.sort(compare)
      known = undefined
      return sorted
    },
    keyOf: keyAt,
    placeOf,
    isUpTo,
  }
}

/**
 * Creates the lists of one order.
 *
 * @param maskedRanks ranks of synthetic objects that were changed or deleted
 * @param sorted rows whose order is known
 * @param fresh other rows
 */
export const orderLists = (
  { compare, prepare, sort, keyOf, placeOf, isUpTo }: OrderKeys,
  order: Order,
  maskedRanks: Iterable<number>,
  sorted: Uint32Array,
  fresh: Uint32Array,
): OrderLists => {
  const extras = sortedRows(compare, merged(compare, sorted, sort(fresh)))
  const masked = sortedRows(
    (one, other) => one - other,
    Uint32Array.from(maskedRanks, rank => order.positionOf(rank)).sort(),
  )
  return {
    order,
    masked,
    extras,
    add(row) {
      prepare(row)
      extras.add(row)
    },
    remove: extras.remove,
    keyOf,
    placeOf,
    isUpTo,
  }
}

const merged = (compare: OrderKeys['compare'], one: Uint32Array, other: Uint32Array): Uint32Array => {
  if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one
  const rows = new Uint32Array(one.length + other.length)
  for (let at = 0, a = 0, b = 0; at < rows.length; at++)
    rows[at] = b >= other.length || (a < one.length && compare(one[a]!, other[b]!) < 0) ? one[a++]! : other[b++]!
  return rows
}
