import type { Position } from '../core/row.ts'

/** Counts the rows of an input that is read again from its start, and tells which were not read before. */
export interface RowsRead {
  /** Counts a row; false for one that the position already covers. */
  isNew(): boolean
  /** Whether all rows that the position covers have passed. */
  readonly isPastStart: boolean
  /** For the page that ends here: how many rows were read so far. Nothing for stdin, which cannot be read again. */
  readonly position: { readonly position?: Position }
}

/** Counts the rows of a file; those before `from` were read by the run that is gone on with. */
export const rowsRead = (isStdin: boolean, from: Position | undefined): RowsRead => {
  const before = (from as { readonly rows: number } | undefined)?.rows ?? 0
  let rows = 0
  return {
    isNew: () => ++rows > before,
    get isPastStart() {
      return rows >= before
    },
    get position() {
      return isStdin ? {} : { position: { rows } }
    },
  }
}
