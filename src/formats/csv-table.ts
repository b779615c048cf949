import { EntrapipeError } from '../core/errors.ts'
import { csvHeader, isExampleRow, isVersionRow, type CsvHeader } from './csv-header.ts'
import type { CsvRecord } from './csv-records.ts'

/** A row of a table: its value, or why it is none. */
type TableRow =
  | { readonly line: number; readonly value: Readonly<Record<string, string>> }
  | { readonly line: number; readonly fault: string }

/** How a table is read. */
export interface CsvTableOptions {
  /** For messages. */
  readonly name: string
  /** Whether the first line names the columns. */
  readonly header: boolean
  /** With a header: the columns wanted. Without: the columns there are, in order. */
  readonly columns?: readonly string[] | undefined
}

const counted = (cells: number): string => (cells === 1 ? '1 cell' : `${cells} cells`)

/** Why a row does not fit its header. A template may be filled in with the last cells left out. */
const faultOf = ({ cells }: CsvRecord, { names, isTemplate }: CsvHeader): string | undefined => {
  if (cells.length < names.length && !isTemplate)
    return `It has ${counted(cells.length)}, the header has ${names.length}; is a delimiter missing?`
  if (cells.slice(names.length).some(cell => cell.trim() !== ''))
    return `It has ${counted(cells.length)}, the header has ${names.length}; does a cell with a delimiter in it lack its quotes?`
  return undefined
}

/**
 * Records to rows: takes the header and what a portal template has around it, leaves out rows whose cells are all empty
 * (spreadsheets end with those), and says which rows do not fit.
 *
 * @throws EntrapipeError `HEADER_INVALID`
 */
export const csvTable = ({ name, header: hasHeader, columns }: CsvTableOptions) => {
  let header: CsvHeader | undefined = hasHeader || !columns ? undefined : { names: columns, isTemplate: false }
  let isFirst = true
  let isAtStart = true

  const take = (record: CsvRecord): TableRow | undefined => {
    const { line, cells } = record
    if (isAtStart && hasHeader && isVersionRow(cells)) {
      isAtStart = false
      return undefined
    }
    isAtStart = false
    if (!header) {
      header = csvHeader(cells, { name, line, wanted: columns })
      return undefined
    }
    const isExample = isFirst && header.isTemplate && isExampleRow(cells)
    isFirst = false
    if (isExample || (cells.length > 1 && cells.every(cell => cell === ''))) return undefined
    const fault = faultOf(record, header)
    if (fault) return { line, fault }
    const value: Record<string, string> = {}
    for (let at = 0; at < header.names.length; at++) {
      const property = header.names[at]
      if (property !== undefined) value[property] = cells[at] ?? ''
    }
    return { line, value }
  }

  return {
    take,
    /** The cells of a row that does not fit, from left to right, for whoever mends it; surplus ones are `cell 16` …. */
    cellsOf: ({ cells }: CsvRecord): Readonly<Record<string, string>> => {
      const width = Math.max(cells.length, header?.names.length ?? 0)
      const value: Record<string, string> = {}
      for (let at = 0; at < width; at++)
        value[(at < header!.names.length ? header!.names[at] : undefined) ?? `cell ${at + 1}`] = cells[at] ?? ''
      return value
    },
    /** To be called when the file has ended. @throws EntrapipeError `HEADER_INVALID` when there was no header */
    end(): void {
      if (!header)
        throw new EntrapipeError('HEADER_INVALID', `${name} is empty; its first line has to name the columns`, {
          facts: { line: 1 },
        })
    },
  }
}
