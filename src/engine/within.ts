import type { Key } from '../core/row.ts'
import type { Arrived } from './arrived.ts'

/** The numbers of rows of a page that were read, and that were settled in between. */
interface Taken {
  readonly rows: number
  readonly settled: number
}

/**
 * Returns how much of a page fits into the limit, in the order of the input. Settled rows were read too.
 *
 * @param settled keys of the settled rows, in order. If keys are not increasing numbers, their places are unknown, and they
 *   count as being before the other rows.
 */
export const within = (rows: Pick<Arrived, 'count' | 'key'>, settled: readonly Key[], room: number): Taken => {
  if (rows.count + settled.length <= room) return { rows: rows.count, settled: settled.length }
  const taken = { rows: 0, settled: 0 }
  while (taken.rows + taken.settled < room)
    if (standsBefore(settled[taken.settled], taken.rows < rows.count ? rows.key(taken.rows) : undefined))
      taken.settled++
    else taken.rows++
  return taken
}

const standsBefore = (settled: Key | undefined, row: Key | undefined): boolean => {
  if (settled === undefined) return false
  return typeof settled !== 'number' || typeof row !== 'number' || settled < row
}
