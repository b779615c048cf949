import type { Key, Row } from '../core/row.ts'

/** The numbers of rows of a page that were read, and that were rejected in between. */
interface Taken {
  readonly rows: number
  readonly refused: number
}

/**
 * Returns how much of a page fits into the limit, in the order of the input. Rejected rows were read too.
 *
 * @param refused keys of the rejected rows, in order. If keys are not increasing numbers, their places are unknown, and they
 *   count as being before the other rows.
 */
export const within = (rows: readonly Row<unknown>[], refused: readonly Key[], room: number): Taken => {
  if (rows.length + refused.length <= room) return { rows: rows.length, refused: refused.length }
  const taken = { rows: 0, refused: 0 }
  while (taken.rows + taken.refused < room)
    if (standsBefore(refused[taken.refused], rows[taken.rows]?.key)) taken.refused++
    else taken.rows++
  return taken
}

const standsBefore = (refused: Key | undefined, row: Key | undefined): boolean => {
  if (refused === undefined) return false
  return typeof refused !== 'number' || typeof row !== 'number' || refused < row
}
