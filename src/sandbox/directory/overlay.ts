import { faces, type Faces, type Version } from './faces.ts'
import { keysOf, orderLists, type OrderLists, type Stored } from './order-lists.ts'
import type { Order, Population } from './population.ts'
import { wideMap, type WideMap } from './wide-map.ts'

/** The changes of one kind, as one view sees them. */
export interface Overlay {
  /** Sequence of the last change that it shows, or of a later change of another kind. */
  readonly generation: number
  version(id: string): Version | undefined
  /** Whether the synthetic object of the rank was changed or deleted. */
  isMasked(rank: number): boolean
  readonly hasChanges: boolean
  /** Id of a changed or created object by an alternate key in lower case. */
  find(property: string, value: string): string | undefined
  /** Visits the version of each changed object that exists. */
  each(visit: (version: Version) => void): void
  /** What each change between two sequences replaced and set, oldest first; undefined when too many came since. */
  between(after: number, until: number): readonly Replacement[] | undefined
  /** Ranks of deleted or purged objects. */
  goneRanks(): Iterable<number>
  /** May contain versions that this view does not show: see `shows` and `hides`. */
  lists(name: string, order: Order): OrderLists
  shows(version: Stored): boolean
  /** The versions in the lists that it does not show, and the masked ranks that it still shows. Empty without lag. */
  hidden(): { readonly versions: readonly Stored[]; readonly ranks: readonly number[] }
}

/** The version of an object before and after a change; undefined where it did not exist. */
interface Replacement {
  readonly sequence: number
  readonly before: Version | undefined
  readonly after: Version | undefined
}

/** At least this many replacements are kept. */
const keptReplacements = 4096

/**
 * The changed objects of one kind, each with the versions that some view still shows. Replaced versions stay until every view
 * has gone past them, so that a view that lags costs no copy.
 */
export interface Versions {
  /**
   * Sets the version of an object. Undefined removes it. Returns a function that takes it back, if nothing was set since.
   *
   * @param keeps whether a view does not show this change yet
   */
  set(id: string, rank: number, version: Version | undefined, sequence: number, keeps: boolean): () => void
  /** Removes what no view shows any more. @param sequence the last change that all views show */
  settle(sequence: number): void
  /** Creates the lists of the orders that are computed, which are then kept as changes come. */
  prepare(): void
  /** A view. @param shown the sequence of the last change that it shows */
  at(shown: () => number): Overlay
}

/** The sequence at which a current version ends. */
const never = 2 ** 31 - 1

interface Event {
  readonly sequence: number
  readonly born?: Stored
  readonly died?: Stored
  readonly masked?: number
}

/** Creates an overlay without changes. */
export const versionsOf = (population: Population, look: Faces = faces(population)): Versions => {
  const newest = wideMap<Stored>()
  const gone = new Set<number>()
  const masked = new Map<number, number>()
  const byKey = new Map<string, WideMap<Stored | readonly Stored[]>>(
    Object.keys(population.keys).map(property => [property, wideMap()]),
  )
  const lists = new Map<string, OrderLists>()
  /** What some view does not show yet, oldest first. */
  let events: Event[] = []
  /** Number of events at the beginning that are settled. */
  let settled = 0
  let last = 0
  let recent: Replacement[] = []
  /** The replacements after this sequence are kept. */
  let recentAfter = 0

  const waiting = (): readonly Event[] => events.slice(settled)
  function* all(): Iterable<Stored> {
    for (const each of newest.values())
      for (let version: Stored | undefined = each; version; version = version.older) yield version
  }
  const holders = (found: Stored | readonly Stored[] | undefined): readonly Stored[] =>
    found === undefined ? [] : 'id' in found ? [found] : found
  const index = (version: Stored, add: boolean): void => {
    for (const [property, map] of byKey)
      for (const key of keysOf(look.value(version, property))) {
        const found = map.get(key)
        if (add) map.set(key, found === undefined ? version : [...holders(found), version])
        else {
          const [first, ...rest] = holders(found).filter(each => each !== version)
          if (first === undefined) map.delete(key)
          else map.set(key, rest.length === 0 ? first : [first, ...rest])
        }
      }
  }
  const put = (version: Stored): void => {
    newest.set(version.id, version)
    index(version, true)
    for (const { extras, extraOf } of lists.values()) extras.add(extraOf(version))
  }
  const take = (version: Stored): void => {
    index(version, false)
    for (const { extras, extraOf } of lists.values()) extras.remove(extraOf(version))
    const top = newest.get(version.id)
    if (top === version) {
      if (version.older) newest.set(version.id, version.older)
      else newest.delete(version.id)
      return
    }
    for (let each = top; each; each = each.older) if (each.older === version) each.older = version.older
  }
  const maskAt = (rank: number, sequence: number | undefined): void => {
    if (sequence === undefined) masked.delete(rank)
    else masked.set(rank, sequence)
    for (const { masked: found, order } of lists.values())
      found[sequence === undefined ? 'remove' : 'add'](order.positionOf(rank))
  }
  const currentOf = (id: string): Stored | undefined => {
    const version = newest.get(id)
    return version?.until === never ? version : undefined
  }
  const listsOf = (name: string, order: Order): OrderLists => {
    let found = lists.get(name)
    if (!found) lists.set(name, (found = orderLists(population, look, name, order, masked.keys(), all())))
    return found
  }

  return {
    set(id, rank, version, sequence, keeps) {
      const before = currentOf(id)
      const lastBefore = last
      const count = events.length
      const isFirst = rank >= 0 && !masked.has(rank)
      const wasGone = gone.has(rank)
      last = sequence
      // Not in the middle of a commit that may be taken back: half of them stay.
      if (recent.length > 4 * keptReplacements) {
        recentAfter = recent.at(-2 * keptReplacements)!.sequence
        recent = recent.slice(1 - 2 * keptReplacements)
      }
      if (before) {
        before.until = sequence
        if (keeps) events.push({ sequence, died: before })
        else take(before)
      }
      if (rank >= 0) {
        if (version) gone.delete(rank)
        else gone.add(rank)
        if (isFirst) {
          maskAt(rank, sequence)
          if (keeps) events.push({ sequence, masked: rank })
        }
      }
      recent.push({ sequence, before: before ?? (isFirst ? { id, rank, patch: {} } : undefined), after: version })
      const born: Stored | undefined = version && {
        id,
        rank: version.rank,
        patch: version.patch,
        from: sequence,
        until: never,
        older: newest.get(id),
      }
      if (born) {
        put(born)
        if (keeps) events.push({ sequence, born })
      }
      return () => {
        recent.pop()
        last = lastBefore
        events.length = count
        if (born) take(born)
        if (isFirst) maskAt(rank, undefined)
        if (rank >= 0) gone[wasGone ? 'add' : 'delete'](rank)
        if (!before) return
        before.until = never
        if (!keeps) put(before)
      }
    },
    settle(sequence) {
      while (settled < events.length && events[settled]!.sequence <= sequence) {
        const { died } = events[settled++]!
        if (died) take(died)
      }
      if (settled < events.length && settled < 1024 + events.length / 2) return
      events = events.slice(settled)
      settled = 0
    },
    prepare() {
      for (const [name, order] of Object.entries(population.orders)) listsOf(name, order)
    },
    at(shown) {
      const shows = (version: Stored): boolean => {
        const sequence = shown()
        return version.from <= sequence && version.until > sequence
      }
      const version = (id: string): Stored | undefined => {
        for (let each = newest.get(id); each; each = each.older) if (shows(each)) return each
        return undefined
      }
      const isMasked = (rank: number): boolean => {
        const since = masked.get(rank)
        return since !== undefined && since <= shown()
      }
      return {
        get generation() {
          return Math.min(shown(), last)
        },
        get hasChanges() {
          return masked.size > 0 || newest.size > 0
        },
        version,
        isMasked,
        find: (property, value) => holders(byKey.get(property)?.get(value)).find(shows)?.id,
        each(visit) {
          const sequence = shown()
          newest.each(top => {
            for (let each: Stored | undefined = top; each; each = each.older)
              if (each.from <= sequence && each.until > sequence) visit(each)
          })
        },
        between: (after, until) =>
          after < recentAfter ? undefined : recent.filter(({ sequence }) => sequence > after && sequence <= until),
        *goneRanks() {
          if (settled === events.length) return yield* gone
          const ranks = new Set(gone)
          for (const { born, died } of waiting()) {
            if (born && born.rank >= 0) ranks.add(born.rank)
            if (died && died.rank >= 0) ranks.add(died.rank)
          }
          for (const rank of ranks) if (isMasked(rank) && !version(population.idOf(rank))) yield rank
        },
        lists: listsOf,
        shows,
        hidden() {
          if (settled === events.length) return { versions: [], ranks: [] }
          const sequence = shown()
          return {
            versions: waiting().flatMap(({ sequence: at, born, died }) =>
              born && at > sequence ? [born] : died && at <= sequence ? [died] : [],
            ),
            ranks: waiting().flatMap(({ sequence: at, masked: rank }) =>
              rank !== undefined && at > sequence ? [rank] : [],
            ),
          }
        },
      }
    },
  }
}
