/** Excel's maximum number of columns. */
export const mostColumns = 16_384
/** Excel's maximum number of rows. */
export const mostRows = 1_048_576

/** The letters of a column, from 0: `A`, `Z`, `AA`. */
export const columnLetters = (column: number): string =>
  (column < 26 ? '' : columnLetters(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26))

/** The column of a cell such as `C5`, from 0; -1 if it has none. */
export const columnIn = (cell: string): number => {
  let column = 0
  for (let at = 0; at < cell.length; at++) {
    const code = cell.charCodeAt(at) & ~32
    if (code < 65 || code > 90) break
    column = column * 26 + code - 64
  }
  return column - 1
}

/** Cells that are merged into one, from 0 for columns and from 1 for rows. */
export interface CellRange {
  readonly text: string
  readonly firstRow: number
  readonly lastRow: number
  readonly firstColumn: number
  readonly lastColumn: number
}

/** Parses `B3:D5`. */
export const cellRange = (text: string): CellRange => {
  const [first = '', last = first] = text.split(':')
  const rowIn = (cell: string): number => Number(cell.replace(/^[A-Za-z$]+/, ''))
  return {
    text,
    firstRow: rowIn(first),
    lastRow: rowIn(last),
    firstColumn: columnIn(first),
    lastColumn: columnIn(last),
  }
}
