import type { Faces, Version } from './faces.ts'
import { scatter } from './permutation.ts'
import type { Order, Population } from './population.ts'
import { firstIndex } from './search.ts'
import { sortedList, type SortedList } from './sorted-list.ts'

/** A version with the sequences of the changes that made it and ended it. */
export interface Stored extends Version {
  readonly from: number
  until: number
  /** The version before it, as long as a view may show that. */
  older: Stored | undefined
}

/** A changed or created object in an order, before the synthetic object of its position. */
export interface Extra {
  readonly key: string
  readonly version: Stored
  /** Whether it has the place of the synthetic object that it replaces. */
  readonly isOwn: boolean
  /** Position, or −1 until it is first read. */
  place: number
}

/** The effect of all changes on one order. */
export interface OrderLists {
  readonly order: Order
  /** Positions of synthetic objects that were changed or deleted. */
  readonly masked: SortedList<number>
  readonly extras: SortedList<Extra>
  extraOf(version: Stored): Extra
  placeOf(extra: Extra): number
}

/** The value that orders compare: in lower case, '' for null. */
export const keyOf = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value).toLowerCase()

/** The values by which an object is found: in lower case, addresses without their type (`smtp:`), none for null. */
export const keysOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : [value])
    .map(one => keyOf(one).replace(/^smtp:/, ''))
    .filter(key => key !== '')

/** A position derived from the id. */
const placeOfId = (id: string, size: number): number =>
  size === 0 ? 0 : scatter(Number.parseInt(id.slice(-8), 16) | 0) % size

const compareIds = ({ version: one }: Extra, { version: other }: Extra): number =>
  (one.id < other.id ? -1 : one.id > other.id ? 1 : 0) || one.from - other.from

/**
 * Creates the lists of one order. Finding the position of a key among the synthetic objects is slow, and sorting does not need
 * it: a greater position never has a smaller key.
 */
export const orderLists = (
  population: Population,
  look: Faces,
  name: string,
  order: Order,
  maskedRanks: Iterable<number>,
  versions: Iterable<Stored>,
): OrderLists => {
  const { size } = population
  const property = name === 'default' ? 'deletedDateTime' : name
  const isPlaced = name === 'default' && size > 0
  const extraOf = (version: Stored): Extra => {
    const { rank, id } = version
    if (isPlaced)
      return { key: '', version, isOwn: rank >= 0, place: rank < 0 ? placeOfId(id, size) : order.positionOf(rank) }
    const key = keyOf(look.value(version, property))
    const own = rank < 0 || size === 0 ? -1 : order.positionOf(rank)
    const isOwn = own >= 0 && order.keyAt(own) === key
    return { key, version, isOwn, place: isOwn ? own : -1 }
  }
  const placeOf = (extra: Extra): number => {
    if (extra.place < 0) extra.place = firstIndex(0, size, at => order.keyAt(at) >= extra.key)
    return extra.place
  }
  const compare = isPlaced
    ? (one: Extra, other: Extra): number => one.place - other.place || compareIds(one, other)
    : (one: Extra, other: Extra): number =>
        one.key < other.key
          ? -1
          : one.key > other.key
            ? 1
            : (one.isOwn || other.isOwn ? placeOf(one) - placeOf(other) : 0) || compareIds(one, other)
  return {
    order,
    masked: sortedList<number>(
      (one, other) => one - other,
      Array.from(maskedRanks, rank => order.positionOf(rank)),
    ),
    extras: sortedList(compare, Array.from(versions, extraOf)),
    extraOf,
    placeOf,
  }
}
