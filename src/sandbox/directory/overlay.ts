import { faces, type Faces, type Version } from './faces.ts'
import { firstIndex } from './search.ts'
import { sortedList, type SortedList } from './sorted-list.ts'
import { scatter } from './permutation.ts'
import type { Order, Population } from './population.ts'

/** A changed or created object in an order, before the synthetic object of its position. */
export interface Extra {
  readonly position: number
  readonly key: string
  readonly version: Version
}

/** The effect of all changes on one order. */
export interface OrderLists {
  /** Positions of synthetic objects that were changed or deleted. */
  readonly masked: SortedList<number>
  readonly extras: SortedList<Extra>
}

/** The changes of one kind in one view. They are merged into an order when it is first read. */
export interface Overlay {
  /** Incremented by every change. */
  readonly generation: number
  version(id: string): Version | undefined
  /** Whether the synthetic object of the rank was changed or deleted. */
  isMasked(rank: number): boolean
  readonly hasChanges: boolean
  /** Id of a changed or created object by an alternate key in lower case. */
  find(property: string, value: string): string | undefined
  versions(): Iterable<Version>
  /** Ranks of deleted or purged objects. */
  goneRanks(): Iterable<number>
  /** Sets the version of an object. Undefined removes it. Returns a function that takes it back, if nothing was set since. */
  set(id: string, rank: number, version: Version | undefined): () => void
  lists(name: string, order: Order): OrderLists
  clone(): Overlay
}

/** The value that orders compare: in lower case, '' for null. */
export const keyOf = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value).toLowerCase()

/** The values by which an object is found: in lower case, addresses without their type (`smtp:`), none for null. */
export const keysOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : [value])
    .map(one => keyOf(one).replace(/^smtp:/, ''))
    .filter(key => key !== '')

const compareExtras = (one: Extra, other: Extra): number =>
  one.position - other.position ||
  (one.key < other.key ? -1 : one.key > other.key ? 1 : 0) ||
  (one.version.id < other.version.id ? -1 : one.version.id > other.version.id ? 1 : 0)

/** A position derived from the id. */
const placeOfId = (id: string, size: number): number =>
  size === 0 ? 0 : scatter(Number.parseInt(id.slice(-8), 16) | 0) % size

/** Creates an overlay, empty by default. */
export const overlay = (
  population: Population,
  look: Faces = faces(population),
  changed = new Map<string, Version>(),
  gone = new Set<number>(),
): Overlay => {
  const masked = new Set<number>(gone)
  const keys = Object.keys(population.keys)
  const byKey = new Map(keys.map(property => [property, new Map<string, string>()]))
  const lists = new Map<string, { order: Order; lists: OrderLists }>()
  let generation = 0

  const extraOf = (name: string, order: Order, version: Version): Extra => {
    if (name === 'default' && population.size > 0)
      return {
        position: version.rank < 0 ? placeOfId(version.id, population.size) : order.positionOf(version.rank),
        key: '',
        version,
      }
    const key = keyOf(look.value(version, name === 'default' ? 'deletedDateTime' : name))
    if (population.size === 0) return { position: 0, key, version }
    const own = version.rank < 0 ? -1 : order.positionOf(version.rank)
    const position =
      own >= 0 && order.keyAt(own) === key ? own : firstIndex(0, population.size, at => order.keyAt(at) >= key)
    return { position, key, version }
  }
  const index = (version: Version, add: boolean): void => {
    for (const [property, map] of byKey)
      for (const key of keysOf(look.value(version, property)))
        if (add) map.set(key, version.id)
        else if (map.get(key) === version.id) map.delete(key)
  }
  for (const version of changed.values()) {
    if (version.rank >= 0) masked.add(version.rank)
    index(version, true)
  }

  const replace = (id: string, before: Version | undefined, version: Version | undefined): void => {
    generation++
    if (before) {
      index(before, false)
      changed.delete(id)
      for (const [name, { order, lists: found }] of lists) found.extras.remove(extraOf(name, order, before))
    }
    if (!version) return
    changed.set(id, version)
    index(version, true)
    for (const [name, { order, lists: found }] of lists) found.extras.add(extraOf(name, order, version))
  }

  return {
    get generation() {
      return generation
    },
    get hasChanges() {
      return masked.size > 0 || changed.size > 0
    },
    version: id => changed.get(id),
    isMasked: rank => masked.has(rank),
    find: (property, value) => byKey.get(property)?.get(value),
    versions: () => changed.values(),
    goneRanks: () => gone,
    set(id, rank, version) {
      const before = changed.get(id)
      const wasMasked = masked.has(rank)
      replace(id, before, version)
      if (rank >= 0) {
        if (version) gone.delete(rank)
        else gone.add(rank)
        if (!wasMasked) {
          masked.add(rank)
          for (const { order, lists: found } of lists.values()) found.masked.add(order.positionOf(rank))
        }
      }
      return () => {
        replace(id, version, before)
        if (rank < 0) return
        if (before || !wasMasked) gone.delete(rank)
        else gone.add(rank)
        if (wasMasked) return
        masked.delete(rank)
        for (const { order, lists: found } of lists.values()) found.masked.remove(order.positionOf(rank))
      }
    },
    lists(name, order) {
      let found = lists.get(name)
      if (!found) {
        found = {
          order,
          lists: {
            masked: sortedList<number>(
              (one, other) => one - other,
              [...masked].map(rank => order.positionOf(rank)),
            ),
            extras: sortedList(
              compareExtras,
              [...changed.values()].map(version => extraOf(name, order, version)),
            ),
          },
        }
        lists.set(name, found)
      }
      return found.lists
    },
    clone: () => overlay(population, look, new Map(changed), new Set(gone)),
  }
}
