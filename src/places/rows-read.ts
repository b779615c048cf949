import type { Position } from '../core/row.ts'

/** Counts the rows of an input that is read again from its start, and tells which are new. */
export interface RowsRead {
  /** Counts a row; false for one that the position already covers. */
  isNew(): boolean
  /** Whether all rows that the position covers have been skipped. */
  readonly isPastStart: boolean
  /** For the page that ends here: the number of rows read so far. Empty for stdin, which cannot be read again. */
  readonly position: { readonly position?: Position }
}

/** @param from position of the run that is resumed; the rows it covers are not new */
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
