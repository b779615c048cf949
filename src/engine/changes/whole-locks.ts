import type { Entry } from '../../store/ledger-types.ts'

/** Rows of one lock that are kept together: as many as one request has at most. */
const mostTogether = 20

/**
 * The rows of a full page without the few of its last lock, which the next page has all together: an operation that judges the rows of an object
 * by each other must see all of them. A lock with many rows is divided.
 */
export const wholeLocks = <T extends Pick<Entry, 'locks'>>(page: readonly T[]): readonly T[] => {
  const lock = page.at(-1)?.locks[0]
  const before = page.findLastIndex(({ locks }) => locks[0] !== lock)
  return before >= 0 && page.length - 1 - before <= mostTogether ? page.slice(0, before + 1) : page
}
