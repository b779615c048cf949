import type { Key, Row } from '../core/row.ts'

/** How many rows of a page were read, and how many were refused in between. */
interface Taken {
  readonly rows: number
  readonly refused: number
}

/**
 * How much of a page there is room for, in the order of the input; refused rows were read too.
 *
 * @param refused keys of the rows that do not flow, in order. Where keys are not numbers that rise nothing tells where
 *   they stood: they then count as having stood before the others
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
