import type { ClaimPlace, Entry } from '../../store/ledger-types.ts'
import { operationContext } from './context.ts'
import { withCreatedIds } from './created-entries.ts'
import type { Workplace } from './workplace.ts'

/** Rows in memory, at most about so many. */
const windowRows = 10_000
/** Rows read from the ledger at once. */
const pageRows = 5_000

/** Reads pending rows from the ledger into memory. */
interface Claiming {
  /** Whether more rows should be read now. */
  readonly hasRoom: () => boolean
  /** Whether all pending rows are in memory. */
  readonly isAtEnd: () => boolean
  readonly fill: () => Promise<void>
}

/**
 * Goes through the pending rows of a ledger in the order of their locks, and starts over while rows become pending behind it. So
 * the rows of one group come together, however they are spread over the file.
 */
export const claiming = (place: Workplace): Claiming => {
  const { ledger, graph, signal, open, relooks, lagBoundMs, clock } = place
  let cursor: ClaimPlace | undefined
  let hasPassed = false
  let context = operationContext(graph, signal)

  /** When the directory shows everything that this store did to the object of a row. */
  const shownAt = (entry: Entry, writtenAt: number | undefined): number => {
    const releasedAt = entry.waits === 'after' ? (entry.releasedAt ?? 0) : 0
    return Math.max(writtenAt ?? 0, releasedAt) + lagBoundMs
  }
  const isAtEnd = (): boolean => {
    if (hasPassed && place.hasReleased()) [hasPassed, cursor] = [false, undefined]
    return hasPassed
  }

  return {
    isAtEnd,
    hasRoom: () => open.size < windowRows && !isAtEnd(),
    async fill() {
      const page = await ledger.claim(pageRows, cursor)
      // The members of one large group are read once, not with each page of its rows.
      if (cursor?.lock !== page[0]?.locks[0]) context = operationContext(graph, signal)
      const last = page.at(-1)
      if (last && page.length === pageRows) cursor = { lock: last.locks[0]!, ordinal: last.ordinal }
      else hasPassed = true
      const fresh = await withCreatedIds(
        ledger,
        page.filter(({ ordinal }) => !open.has(ordinal)),
      )
      for (const { ordinal } of fresh) open.add(ordinal)
      const written = await place.writtenAt(fresh)
      const now = clock.now()
      const shown: Entry[] = []
      fresh.forEach((entry, at) => {
        const atMs = shownAt(entry, written[at])
        if (atMs > now) relooks.add([entry], atMs)
        else shown.push(entry)
      })
      await place.look(shown, context)
    },
  }
}
