import type { Entry } from '../../store/ledger-types.ts'

/** When the directory shows everything that this store did to the object of a row, and what the row waited for; 0 if it did nothing. */
export const shownAt = ({ releasedAt = 0 }: Entry, writtenAt: number | undefined, lagBoundMs: number): number => {
  const last = Math.max(writtenAt ?? 0, releasedAt)
  return last === 0 ? 0 : last + lagBoundMs
}
