import type { GraphRequest } from '../../core/graph.ts'
import { countedAs, laneOf, type ChangeUnit, type Working } from './working.ts'

/** Most requests in a unit: a chain fills a batch. */
const longest = 20

interface Lane {
  readonly lock: string
  /** In the order in which they are sent. */
  rows: Working[]
}

/** Rows that are ready to be sent, by the lock that orders them. */
export interface Lanes {
  /** Number of rows that wait here. */
  readonly size: number
  /** Adds rows behind those of the same lock. */
  add(rows: readonly Working[]): void
  /** Removes rows that wait here, and returns them. */
  withdraw(test: (row: Working) => boolean): readonly Working[]
  /** Returns rows of a unit to the head of their lane. Its locks stay held until `free`. */
  putBack(rows: readonly Working[]): void
  /** Rows of these locks are about to be added. Until then, requests of such a lane that are not full wait for them. */
  expect(locks: readonly string[]): void
  /**
   * The next unit of rows whose locks are free. They are held until `free`. Undefined if every lane is busy or empty.
   *
   * @param mostRows most rows of the unit, or objects (see `countedAs`), without those in `counted`
   * @param counted what may go in any number. Once no others may, its rows go ahead of them.
   */
  next(mostRows: number, counted?: ReadonlySet<number | string>): ChangeUnit | undefined
  /** Acquires the locks of rows whose fate is open since an earlier process. */
  hold(rows: readonly Working[]): void
  /** Releases locks, once nothing of the row is in progress. */
  free(rows: readonly Working[]): void
}

/**
 * Orders the rows of each lock. With many locks, each sends one request at a time, and the client sends those of 20 locks
 * together. With few, a lock sends a chain, which fills a batch: a batch is all parallel or one serial chain.
 */
export const lanes = (): Lanes => {
  const all = new Map<string, Lane>()
  const idle = new Set<Lane>()
  /** Rows in progress by lock. */
  const held = new Map<string, number>()
  let expected: ReadonlySet<string> = new Set()
  let size = 0

  const laneFor = (lock: string): Lane => {
    const found = all.get(lock)
    if (found) return found
    const lane: Lane = { lock, rows: [] }
    all.set(lock, lane)
    return lane
  }
  const wake = (lane: Lane): void => {
    if (lane.rows.length > 0 && !held.has(lane.lock)) idle.add(lane)
  }
  const holdAll = ({ entry: { locks } }: Working): void => {
    for (const lock of locks) held.set(lock, (held.get(lock) ?? 0) + 1)
  }
  /** Whether the further locks of a row are free, or held by this lane's own unit. */
  const isFree = ({ entry: { locks } }: Working, own: ReadonlySet<string>): boolean =>
    locks.slice(1).every(lock => own.has(lock) || !held.has(lock))

  /** Takes the rows of one request from the head of a lane. `before` is a row of an earlier request of the unit. */
  const takeRequest = (
    lane: Lane,
    own: Set<string>,
    mostRows: number,
    isCounted: (row: Working) => boolean,
    fresh: Set<number | string>,
    before: Working | undefined,
  ): Working[] => {
    const isNew = (row: Working): boolean => !isCounted(row) && !fresh.has(countedAs(row))
    const ready = fresh.size < mostRows ? lane.rows : lane.rows.filter(row => !isNew(row))
    const [first] = ready
    const taken: Working[] = []
    if (!first || (before && (goesAlone(first) || !mayFollow(first, before)))) return taken
    const { operation, together } = first
    const most = Math.min(operation.rowsPerRequest ?? 1, together?.most ?? Infinity)
    for (const row of ready) {
      if (taken.length === most || row.operation !== operation || row.together !== together || !isFree(row, own)) break
      if (isNew(row)) {
        if (fresh.size >= mostRows) break
        fresh.add(countedAs(row))
      }
      for (const lock of row.entry.locks) own.add(lock)
      taken.push(row)
    }
    const isFull = taken.length === most || (fresh.size >= mostRows && !operation.countsObjects)
    if (!isFull && taken.length === ready.length && expected.has(lane.lock)) return []
    if (ready === lane.rows) lane.rows.splice(0, taken.length)
    else lane.rows = lane.rows.filter(row => !taken.includes(row))
    return taken
  }

  const unitFrom = (lane: Lane, mostRows: number, counted: ReadonlySet<number | string>): ChangeUnit | undefined => {
    const isCounted = (row: Working): boolean => counted.has(countedAs(row))
    const fresh = new Set<number | string>()
    const own = new Set<string>([lane.lock])
    const most = all.size >= longest || (lane.rows[0] && goesAlone(lane.rows[0])) ? 1 : longest
    const rows: Working[][] = []
    while (rows.length < most) {
      const taken = takeRequest(lane, own, mostRows, isCounted, fresh, rows[0]?.[0])
      if (taken.length === 0) break
      rows.push(taken)
    }
    if (rows.length === 0) return undefined
    return { rows, requests: rows.map(requestOf) }
  }

  return {
    get size() {
      return size
    },
    add(rows) {
      for (const row of rows) {
        const lane = laneFor(laneOf(row))
        lane.rows.push(row)
        wake(lane)
      }
      size += rows.length
    },
    withdraw(test) {
      const taken: Working[] = []
      for (const [lock, lane] of all) {
        const gone = new Set(lane.rows.filter(test))
        if (gone.size === 0) continue
        taken.push(...gone)
        lane.rows = lane.rows.filter(row => !gone.has(row))
        if (lane.rows.length > 0) continue
        idle.delete(lane)
        if (!held.has(lock)) all.delete(lock)
      }
      size -= taken.length
      return taken
    },
    putBack(rows) {
      for (const [lock, ofLane] of Map.groupBy(rows, laneOf)) laneFor(lock).rows.unshift(...ofLane)
      size += rows.length
    },
    expect: locks => void (expected = new Set(locks)),
    next(mostRows, counted = new Set()) {
      // A lane that is tried without success, because another one holds a lock of its first row, is tried after the others.
      let tries = idle.size
      for (const lane of idle) {
        if (tries-- === 0) break
        idle.delete(lane)
        const unit = held.has(lane.lock) ? undefined : unitFrom(lane, mostRows, counted)
        if (unit) {
          const rows = unit.rows.flat()
          rows.forEach(holdAll)
          size -= rows.length
          return unit
        }
        wake(lane)
      }
      return undefined
    },
    hold: rows => rows.forEach(holdAll),
    free(rows) {
      for (const lock of rows.flatMap(({ entry }) => entry.locks)) {
        const left = (held.get(lock) ?? 1) - 1
        if (left > 0) {
          held.set(lock, left)
          continue
        }
        held.delete(lock)
        const lane = all.get(lock)
        if (lane?.rows.length === 0) all.delete(lock)
        else if (lane) wake(lane)
      }
    },
  }
}

/** Whether a request that begins with a row may share a unit with another one. */
const mayFollow = ({ together: one }: Working, { together: other }: Working): boolean =>
  one === other || !(one?.alone || other?.alone)

/** Where replies of requests are lost, that of a batch of twenty hardly ever arrives: its requests would be sent without end. */
const mostLost = 2

/** Whether the request of a row is sent by itself, not in a batch. */
const goesAlone = ({ operation, lost, attempts }: Working): boolean =>
  operation.unbatched === true || (lost && attempts >= mostLost)

const requestOf = (rows: readonly Working[]): GraphRequest => {
  const [first] = rows as readonly [Working]
  const { operation, value } = first
  return {
    ...operation.request(rows),
    ...(goesAlone(first) && { unbatched: true as const }),
    repeatable: operation.repeat(value) === 'same',
  }
}
