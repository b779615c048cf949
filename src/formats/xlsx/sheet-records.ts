import { EntrapipeError } from '../../core/errors.ts'
import { hasAll } from '../csv-header.ts'
import type { CsvRecord } from '../csv-records.ts'
import type { CellRange } from './cell-place.ts'
import type { OpenSheet } from './open-sheet.ts'
import type { SheetRow } from './sheet-rows.ts'

/** Options of `sheetRecords`. */
interface SheetRecordOptions {
  /** The wanted columns. */
  readonly columns?: readonly string[] | undefined
  /** Row of the header. */
  readonly headerLine?: number | undefined
  readonly hiddenRows?: 'read' | 'skip' | undefined
  /** Called for each row before the header, and each hidden row that is skipped. */
  readonly ignored?: (what: string, line: number) => void
}

/** The largest number of rows above the header. */
const mostAbove = 20

const filled = (cells: readonly string[]): number => cells.filter(cell => cell.trim() !== '').length

/** The index of the header among the first rows: the row that has the wanted columns, if those above it have fewer cells. */
const headerAt = (rows: readonly SheetRow[], { columns, headerLine }: SheetRecordOptions, name: string): number => {
  if (headerLine !== undefined) {
    const at = rows.findIndex(({ line }) => line === headerLine)
    if (at >= 0) return at
    throw new EntrapipeError('HEADER_INVALID', `${name} has no header in row ${headerLine}. Check \`headerLine\``, {
      facts: { line: headerLine },
    })
  }
  const at = columns ? rows.slice(0, mostAbove).findIndex(({ cells }) => hasAll(cells, columns)) : 0
  return at > 0 && rows.slice(0, at).every(({ cells }) => filled(cells) < filled(rows[at]!.cells)) ? at : 0
}

const hiddenFault = (name: string, line: number): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `Row ${line} of ${name} is hidden, perhaps by a filter, so it is not clear whether it counts. Show all rows in Excel and save, or set \`hiddenRows\` to read or skip.`,
    { facts: { line } },
  )

const mergedFault = (name: string, { text, firstRow }: CellRange): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `The cells ${text} of ${name} are merged, so only the first of them has the value. Unmerge them, and enter the value in each cell that it is for.`,
    { facts: { line: firstRow } },
  )

/**
 * Rows of a sheet as the records of a table, from its header on. Rows without content are left out, and cells that a row lacks
 * at its end are empty.
 *
 * @throws EntrapipeError `HEADER_INVALID`, `INPUT_MALFORMED`
 */
export async function* sheetRecords(
  { name, pieces }: OpenSheet,
  options: SheetRecordOptions,
): AsyncGenerator<CsvRecord[]> {
  const { hiddenRows, headerLine = 1, ignored } = options
  let head: SheetRow[] | undefined = []
  /** The row of the header, and the number of its cells. */
  let [first, width] = [0, 0]

  const record = ({ line, cells, isHidden, fault }: SheetRow): CsvRecord | undefined => {
    if (isHidden && hiddenRows === undefined) throw hiddenFault(name, line)
    if (isHidden && hiddenRows === 'skip') {
      ignored?.('hidden row', line)
      return undefined
    }
    // The version line of a template is above its header.
    if (line <= first + 1) width = Math.max(width, cells.length)
    const padded = cells.length < width ? [...cells, ...Array<string>(width - cells.length).fill('')] : cells
    return fault === undefined ? { line, cells: padded } : { line, cells: padded, fault }
  }
  const records = (rows: readonly SheetRow[]): CsvRecord[] => rows.map(record).filter(made => made !== undefined)
  const begin = (rows: readonly SheetRow[]): CsvRecord[] => {
    head = undefined
    if (rows.length === 0) return []
    const at = headerAt(rows, options, name)
    for (const { line } of rows.slice(0, at)) ignored?.('row above the header', line)
    first = rows[at]!.line
    return records(rows.slice(at))
  }

  const expectUnmerged = (merged: readonly CellRange[]): void => {
    const wrong = merged.find(
      ({ firstColumn, lastRow, firstRow, lastColumn }) =>
        lastRow > first && firstColumn < width && (lastRow > firstRow || lastColumn > firstColumn),
    )
    if (wrong) throw mergedFault(name, wrong)
  }

  for await (const { rows, merged } of pieces) {
    if (head) {
      head.push(...rows)
      const isEnough = head.length >= mostAbove && head.at(-1)!.line >= headerLine
      if (isEnough) yield begin(head)
    } else if (rows.length > 0) yield records(rows)
    // They follow the rows.
    if (merged.length > 0) {
      if (head) yield begin(head)
      expectUnmerged(merged)
    }
  }
  if (head) yield begin(head)
}
