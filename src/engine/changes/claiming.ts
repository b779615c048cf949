import type { ClaimPlace, Entry } from '../../store/ledger-types.ts'
import { operationContext } from './context.ts'
import { shownAt } from './shown-at.ts'
import { withCreatedIds } from './created-entries.ts'
import { wholeLocks } from './whole-locks.ts'
import type { Workplace } from './workplace.ts'

/** Rows in memory, at most about so many. */
const windowRows = 10_000
/** Rows read from the ledger at once, and the fewest, where few may be sent: many may be unchanged. */
const pageRows = { most: 5_000, fewest: 300 }

/** Reads pending rows from the ledger into memory. */
interface Claiming {
  /** Whether more rows should be read now. @param mostRows rows that may be sent */
  readonly hasRoom: (mostRows: number) => boolean
  /** Whether all pending rows are in memory, apart from those that were released since. */
  readonly isAtEnd: () => boolean
  /** Starts over if rows were released. Called when nothing is in progress, so that they share requests. Returns whether it has. */
  readonly startOver: () => boolean
  readonly fill: (mostRows: number) => Promise<void>
}

/**
 * Goes through the pending rows of a ledger in the order of their locks, and starts over while rows become pending behind it. So
 * the rows of one group come together, however they are spread over the file.
 */
export const claiming = (place: Workplace): Claiming => {
  const { ledger, graph, signal, open, unsent, relooks, clock } = place
  let cursor: ClaimPlace | undefined
  let hasPassed = false
  const isWhole = ({ row }: Entry): boolean => place.operationOf(row.kind).countsObjects === true
  /** Rows of the last page whose object may have more on the next one. */
  let unfinished: ReadonlySet<number> = new Set()
  /** Whether nothing but rows of an object is left whose other rows must go with them. */
  const lacksRest = (): boolean => unsent.size <= unfinished.size && [...unsent].every(each => unfinished.has(each))
  let context = operationContext(graph, signal, place.lessons)

  return {
    isAtEnd: () => hasPassed,
    hasRoom: mostRows => open.size < windowRows && !hasPassed && (unsent.size < mostRows || lacksRest()),
    startOver() {
      if (!hasPassed || !place.hasReleased()) return false
      ;[hasPassed, cursor] = [false, undefined]
      return true
    },
    async fill(mostRows) {
      const wanted = Math.min(pageRows.most, Math.max(pageRows.fewest, mostRows - unsent.size))
      const claimed = await ledger.claim(wanted, cursor)
      const isFull = claimed.length === wanted
      const page = isFull ? wholeLocks(claimed) : claimed
      // The members of one large group are read once, not with each page of its rows.
      if (cursor?.lock !== page[0]?.locks[0]) context = operationContext(graph, signal, place.lessons)
      const last = page.at(-1)
      const next = last && isFull ? { lock: last.locks[0]!, ordinal: last.ordinal } : undefined
      place.desk.expect([cursor, next].flatMap(at => at?.lock ?? []))
      unfinished = new Set(
        page.flatMap(entry => (isWhole(entry) && entry.locks[0] === next?.lock ? entry.ordinal : [])),
      )
      if (next) cursor = next
      else hasPassed = true
      const fresh = await withCreatedIds(
        ledger,
        page.filter(({ ordinal }) => !open.has(ordinal)),
      )
      for (const { ordinal } of fresh) {
        open.add(ordinal)
        unsent.add(ordinal)
      }
      const written = await place.writtenAt(fresh)
      const now = clock.now()
      const shownAtMs = fresh.map((entry, at) => shownAt(place, [entry.releasedAt, written[at]]))
      const early = fresh.filter((_, at) => shownAtMs[at]! > now)
      // Together, so that they still share requests.
      relooks.add(
        early,
        shownAtMs.reduce((latest, atMs) => Math.max(latest, atMs), 0),
      )
      await place.look(
        fresh.filter((_, at) => shownAtMs[at]! <= now),
        context,
      )
      place.desk.expect(next ? [next.lock] : [])
    },
  }
}
