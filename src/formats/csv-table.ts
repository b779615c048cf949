import { EntrapipeError } from '../core/errors.ts'
import { emptyRow } from '../core/json.ts'
import { csvHeader, isExampleRow, isVersionRow, type CsvHeader } from './csv-header.ts'
import type { CsvRecord } from './csv-records.ts'

/** A row of a table: its value, or why it is none. */
type TableRow =
  | { readonly line: number; readonly value: Readonly<Record<string, string>> }
  | { readonly line: number; /** What it does, in words that follow its line. */ readonly fault: string }

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

/** What is wrong with a row. A template may be filled in with the last cells left out. */
const faultOf = (
  { cells, zeroIn }: CsvRecord,
  { names, isTemplate }: CsvHeader,
  hasHeader: boolean,
): string | undefined => {
  const unfit = hasHeader
    ? `does not fit its header. It has ${counted(cells.length)}, the header has ${names.length};`
    : `does not fit the columns given. It has ${counted(cells.length)}, ${names.length} columns are named;`
  if (cells.length < names.length && !isTemplate) return `${unfit} is a delimiter missing?`
  if (cells.slice(names.length).some(cell => cell.trim() !== ''))
    return `${unfit} does a cell with a delimiter in it lack its quotes?`
  if (zeroIn === undefined) return undefined
  const name = names[zeroIn]
  return `has a zero byte in column ${zeroIn + 1}${name === undefined ? '' : ` (${name})`}, which no text has. Take it out, or get another copy of the file`
}

const zeroInHeader = (name: string, line: number, column: number): EntrapipeError =>
  new EntrapipeError(
    'HEADER_INVALID',
    `The header of ${name} (line ${line}) has a zero byte in column ${column}, as UTF-16 has; save the file as UTF-8, or say what it is: encoding: 'utf-16le'`,
    { facts: { line, column } },
  )

/**
 * Records to rows: takes the header and what a portal template has around it, leaves out rows whose cells are all empty
 * (spreadsheets end with those), and says which rows do not fit.
 *
 * @throws EntrapipeError `HEADER_INVALID`
 */
export const csvTable = ({ name, header: hasHeader, columns }: CsvTableOptions) => {
  let header: CsvHeader | undefined
  let empty = emptyRow([])
  const begin = (found: CsvHeader): void => {
    header = found
    empty = emptyRow(found.names.filter(property => property !== undefined))
  }
  if (!hasHeader && columns) begin({ names: columns, isTemplate: false })
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
      if (record.zeroIn !== undefined) throw zeroInHeader(name, line, record.zeroIn + 1)
      begin(csvHeader(cells, { name, line, wanted: columns }))
      return undefined
    }
    const isExample = isFirst && header.isTemplate && isExampleRow(cells)
    isFirst = false
    if (isExample || (cells.length > 1 && cells.every(cell => cell === ''))) return undefined
    const fault = faultOf(record, header, hasHeader)
    if (fault) return { line, fault }
    const value = empty() as Record<string, string>
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
      const given = header?.names ?? []
      const names = Array.from(
        { length: Math.max(cells.length, given.length) },
        (_, at) => given[at] ?? `cell ${at + 1}`,
      )
      const value = emptyRow(names)() as Record<string, string>
      for (const [at, column] of names.entries()) value[column] = cells[at] ?? ''
      return value
    },
    /** To be called when the file has ended. @throws EntrapipeError `HEADER_INVALID` when there was no header */
    end(): void {
      if (!header)
        throw new EntrapipeError(
          'HEADER_INVALID',
          isAtStart
            ? `${name} is empty; its first line has to name the columns`
            : `${name} ends before its header; the line after version: has to name the columns`,
          {
            facts: { line: 1 },
          },
        )
    },
  }
}
