import type { Content, Faces, Version } from './faces.ts'
import { keyIndex } from './key-index.ts'
import { words } from './memory/column.ts'
import { addNumbers, addValue, memoryOf, type Memory } from './memory/memory.ts'
import type { ObjectTable } from './object-table.ts'
import { orderKeys, orderLists, type OrderKeys, type OrderLists } from './order-lists.ts'
import type { Order, Population } from './population.ts'
import { replacements, type Replacement } from './replacements.ts'
import { never, versionRows } from './version-rows.ts'

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
  each(visit: (rank: number, record: number) => void): void
  /** What each change between two sequences replaced and set, oldest first; undefined when too many came since. */
  between(after: number, until: number): readonly Replacement[] | undefined
  /** Ranks of deleted or purged objects. */
  goneRanks(): Iterable<number>
  /** May contain versions that this view does not show: see `shows` and `hidden`. */
  lists(name: string, order: Order): OrderLists
  /** Whether it shows the version of a row of the lists. */
  shows(row: number): boolean
  content(row: number): Content
  at(row: number): Version
  /** The rows in the lists that it does not show, and the masked ranks that it still shows. Empty without lag. */
  hidden(): { readonly rows: readonly number[]; readonly ranks: readonly number[] }
}

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

interface Event {
  readonly sequence: number
  readonly born?: number
  readonly died?: number
  readonly masked?: number
}

interface VersionsOptions {
  readonly population: Population
  readonly look: Faces
  readonly memory: Memory
  /** Name in the memory. */
  readonly within: string
  readonly objects: ObjectTable
}

/** Creates an overlay without changes. */
export const versionsOf = ({ population, look, memory, within, objects }: VersionsOptions): Versions => {
  const rows = versionRows(memory, within, objects)
  /** Row of the newest version of each object. */
  const newest = words(memory, `${within}.newest`)
  const keys = keyIndex(memory, within, population, look, rows)
  const lists = new Map<string, OrderLists>()
  /** The orders that are computed: their keys are part of the memory. */
  const keysOfOrders = new Map<string, OrderKeys>()
  /** Rows that were in order when the memory was saved; all later ones are not. */
  const loaded = new Map<string, Uint32Array>()
  let loadedCount = 0
  let gone = new Set<number>()
  let masked = new Map<number, number>()
  /** What some view does not show yet, oldest first. */
  let events: Event[] = []
  /** Number of events at the beginning that are settled. */
  let settled = 0
  let last = 0
  const recent = replacements()

  for (const [name, order] of Object.entries(population.orders)) {
    const within_ = `${within}.${name}`
    keysOfOrders.set(name, orderKeys({ population, look, memory, within: within_, name, order, rows }))
    addNumbers(
      memory,
      `${within_}.sorted`,
      () => listsOf(name, order).extras.all(),
      saved => {
        lists.delete(name)
        loaded.set(name, saved)
      },
    )
  }
  addNumbers(
    memory,
    `${within}.gone`,
    () => gone,
    saved => (gone = new Set(saved)),
  )
  addNumbers(
    memory,
    `${within}.masked`,
    () => [...masked].flat(),
    saved => {
      masked = new Map()
      for (let at = 0; at < saved.length; at += 2) masked.set(saved[at]!, saved[at + 1]!)
    },
  )
  addValue(
    memory,
    `${within}.last`,
    () => last,
    saved => {
      // Comes last: everything else is loaded. Nothing lags after a start.
      last = saved
      recent.clear(saved)
      loadedCount = rows.count
      ;[events, settled] = [[], 0]
      for (let row = 1; row <= rows.count; row++) if (rows.until(row) !== never && rows.until(row) > 0) take(row)
    },
  )

  const waiting = (): readonly Event[] => events.slice(settled)
  const put = (row: number): void => {
    newest.set(rows.object(row), row)
    keys.add(row)
    for (const list of lists.values()) list.add(row)
  }
  const take = (row: number): void => {
    keys.remove(row)
    for (const list of lists.values()) list.remove(row)
    rows.end(row, 0)
    const number = rows.object(row)
    const top = newest.get(number)
    if (top === row) return newest.set(number, rows.older(row))
    for (let each = top; each > 0; each = rows.older(each))
      if (rows.older(each) === row) rows.setOlder(each, rows.older(row))
  }
  const maskAt = (rank: number, sequence: number | undefined): void => {
    if (sequence === undefined) masked.delete(rank)
    else masked.set(rank, sequence)
    for (const { masked: found, order } of lists.values())
      found[sequence === undefined ? 'remove' : 'add'](order.positionOf(rank))
  }
  const rowsAfter = (first: number): number[] => {
    const found: number[] = []
    for (let row = first + 1; row <= rows.count; row++) if (rows.until(row) > 0) found.push(row)
    return found
  }
  const listsOf = (name: string, order: Order): OrderLists => {
    const known = lists.get(name)
    if (known) return known
    const sorted = loaded.get(name)?.filter(row => rows.until(row) > 0) ?? new Uint32Array(0)
    const fresh = Uint32Array.from(rowsAfter(loaded.has(name) ? loadedCount : 0))
    const own =
      keysOfOrders.get(name) ?? orderKeys({ population, look, memory: memoryOf(), within: name, name, order, rows })
    const found = orderLists(own, order, masked.keys(), sorted, fresh)
    loaded.delete(name)
    lists.set(name, found)
    return found
  }

  return {
    set(id, rank, version, sequence, keeps) {
      const number = version ? objects.add(population.kind, id) : objects.numberOf(id)
      const top = newest.get(number)
      const before = top > 0 && rows.until(top) === never ? top : 0
      const lastBefore = last
      const count = events.length
      const isFirst = rank >= 0 && !masked.has(rank)
      const wasGone = gone.has(rank)
      last = sequence
      const replaced = before > 0 ? rows.version(before) : isFirst ? { id, rank, record: 0 } : undefined
      if (before > 0) {
        rows.end(before, sequence)
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
      const forget = recent.add({ sequence, before: replaced, after: version })
      const born = version ? rows.add(number, version.rank, version.record, sequence) : 0
      if (born > 0) {
        rows.setOlder(born, newest.get(number))
        put(born)
        if (keeps) events.push({ sequence, born })
      }
      return () => {
        forget()
        last = lastBefore
        events.length = count
        if (born > 0) {
          take(born)
          rows.count--
        }
        if (isFirst) maskAt(rank, undefined)
        if (rank >= 0) gone[wasGone ? 'add' : 'delete'](rank)
        if (before === 0) return
        rows.end(before, never)
        if (!keeps) put(before)
      }
    },
    settle(sequence) {
      while (settled < events.length && events[settled]!.sequence <= sequence) {
        const { died } = events[settled++]!
        if (died !== undefined) take(died)
      }
      if (settled < events.length && settled < 1024 + events.length / 2) return
      events = events.slice(settled)
      settled = 0
    },
    prepare() {
      for (const [name, order] of Object.entries(population.orders)) listsOf(name, order)
    },
    at(shown) {
      const shows = (row: number): boolean => {
        const sequence = shown()
        return rows.from(row) <= sequence && rows.until(row) > sequence
      }
      const version = (id: string): Version | undefined => {
        if (rows.count === 0) return undefined
        for (let row = newest.get(objects.numberOf(id)); row > 0; row = rows.older(row))
          if (shows(row)) return rows.version(row)
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
          return masked.size > 0 || rows.count > 0
        },
        version,
        isMasked,
        find(property, value) {
          const row = keys.find(property, value, shows)
          return row < 0 ? undefined : rows.id(row)
        },
        each(visit) {
          const sequence = shown()
          for (let row = 1; row <= rows.count; row++)
            if (rows.until(row) > sequence && rows.from(row) <= sequence) visit(rows.rank(row), rows.record(row))
        },
        between: recent.between,
        *goneRanks() {
          if (settled === events.length) return yield* gone
          const ranks = new Set(gone)
          for (const row of waiting().flatMap(({ born = 0, died = 0 }) => [born, died]))
            if (row > 0 && rows.rank(row) >= 0) ranks.add(rows.rank(row))
          for (const rank of ranks) if (isMasked(rank) && !version(population.idOf(rank))) yield rank
        },
        lists: listsOf,
        shows,
        content: rows.content,
        at: rows.version,
        hidden() {
          if (settled === events.length) return { rows: [], ranks: [] }
          const sequence = shown()
          return {
            rows: waiting().flatMap(({ sequence: at, born, died }) =>
              born !== undefined && at > sequence ? [born] : died !== undefined && at <= sequence ? [died] : [],
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
