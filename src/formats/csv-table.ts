import { EntrapipeError } from '../core/errors.ts'
import { emptyRow } from '../core/json.ts'
import { csvHeader, isExampleRow, type CsvHeader } from './csv-header.ts'
import { isVersionLine, markOf } from './csv-marks.ts'
import type { CsvRecord } from './csv-records.ts'
import { fromExcel } from './excel-text.ts'

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
  /** Whether `="0012"` is the text in it. @default true */
  readonly excel?: boolean
  /** Called with each record that is no row. */
  readonly passedOver?: (what: string, line: number) => void
}

/** So many surplus cells of a row that does not fit are kept: enough to mend it. */
const mostSurplus = 100

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

const otherHeader = (name: string, line: number): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `Line ${line} of ${name} names the columns again, but not as its header does. Split the file there, or delete the line`,
    { facts: { line } },
  )

const trimmed = (cells: readonly string[]): readonly string[] => {
  const names = cells.map(cell => cell.replace(/^\ufeff/, '').trim())
  return names.slice(0, names.findLastIndex(name => name !== '') + 1)
}

/**
 * Tells a header that stands among the rows, where files were put together: `same` as the one of the file, or with `other`
 * columns. A row may well hold the name of a column; it is a header when most of its cells do.
 */
const headerAmongRows = (header: readonly string[]) => {
  const names = new Set(header.filter(name => name !== ''))
  const isName = (cell: string | undefined): boolean => cell !== undefined && names.has(cell)
  return (cells: readonly string[]): 'same' | 'other' | undefined => {
    const [first = ''] = cells
    if (!isName(first) && !isName(cells[1]) && !first.startsWith('\ufeff')) return undefined
    const given = trimmed(cells)
    if (given.length === header.length && given.every((cell, at) => cell === header[at])) return 'same'
    const named = given.filter(isName).length
    return named >= 2 && named * 2 > given.filter(cell => cell !== '').length ? 'other' : undefined
  }
}

/**
 * Records to rows: takes the header, passes over what is no row (a template's version line and example, a header that
 * comes again, rows whose cells are all empty), and says which rows do not fit.
 *
 * @throws EntrapipeError `HEADER_INVALID`; `INPUT_MALFORMED` at a second header with other columns
 */
export const csvTable = ({ name, header: hasHeader, columns, excel = true, passedOver }: CsvTableOptions) => {
  const text = excel ? fromExcel : (cell: string): string => cell
  let header: CsvHeader | undefined
  let empty = emptyRow([])
  let again = headerAmongRows([])
  const begin = (found: CsvHeader, names: readonly string[]): void => {
    header = found
    empty = emptyRow(found.names.filter(property => property !== undefined))
    again = headerAmongRows(trimmed(names))
  }
  if (!hasHeader && columns) begin({ names: columns, isTemplate: false }, columns)
  let isFirst = true
  let hasVersionLine = false

  /** What a record is that is no row. */
  const noRow = (cells: readonly string[], { isTemplate, names }: CsvHeader, line: number): string | undefined => {
    const isExample = isFirst && isTemplate && isExampleRow(cells)
    isFirst = false
    if (isExample) return 'example row'
    const found = again(cells)
    if (found === 'other') throw otherHeader(name, line)
    if (found === 'same' && trimmed(cells).length > 1) {
      isFirst = true
      return 'repeated header'
    }
    if (cells.length > 1 && cells.every(cell => cell === '')) return 'empty row'
    const mark = markOf(cells)
    return (mark === 'version line' ? isTemplate : cells.length < names.length) ? mark : undefined
  }

  /** Why a record may be a row, and may be none. */
  const doubtOf = (cells: readonly string[]): string | undefined => {
    // In a file of one column it may as well be a value.
    if (again(cells) === 'same')
      return 'is the same as its header. Delete the line if it is a second header, or rename the column'
    const mark = markOf(cells)
    return mark === undefined || mark === 'version line'
      ? undefined
      : `looks like the ${mark} of another file. Delete the line, or write its first cell otherwise`
  }

  const take = (record: CsvRecord): TableRow | undefined => {
    const { line, cells } = record
    if (!header) {
      if (hasHeader && !hasVersionLine && isVersionLine(cells.join(','))) {
        hasVersionLine = true
        passedOver?.('version line', line)
        return undefined
      }
      if (record.zeroIn !== undefined) throw zeroInHeader(name, line, record.zeroIn + 1)
      const texts = cells.map(text)
      begin(csvHeader(texts, { name, line, hasVersionLine, wanted: columns }), texts)
      return undefined
    }
    const what = noRow(cells, header, line)
    if (what !== undefined) {
      passedOver?.(what, line)
      return undefined
    }
    const fault = faultOf(record, header, hasHeader) ?? doubtOf(cells)
    if (fault) return { line, fault }
    const value = empty() as Record<string, string>
    for (let at = 0; at < header.names.length; at++) {
      const property = header.names[at]
      if (property !== undefined) value[property] = text(cells[at] ?? '')
    }
    return { line, value }
  }

  return {
    take,
    /** The columns of rows, in the file's order; undefined before the header. */
    names: (): readonly string[] | undefined => header?.names.filter(property => property !== undefined),
    /** The cells of a row that does not fit, from left to right, for whoever mends it; surplus ones are `cell 16` …. */
    cellsOf: ({ cells }: CsvRecord): Readonly<Record<string, string>> => {
      const given = header?.names ?? []
      const names = Array.from(
        { length: Math.max(Math.min(cells.length, given.length + mostSurplus), given.length) },
        (_, at) => given[at] ?? `cell ${at + 1}`,
      )
      const value = emptyRow(names)() as Record<string, string>
      for (const [at, column] of names.entries()) value[column] = text(cells[at] ?? '')
      return value
    },
    /** To be called when the file has ended. @throws EntrapipeError `HEADER_INVALID` when there was no header */
    end(): void {
      if (!header)
        throw new EntrapipeError(
          'HEADER_INVALID',
          hasVersionLine
            ? `${name} ends before its header; the line after version: has to name the columns`
            : `${name} is empty; its first line has to name the columns`,
          {
            facts: { line: 1 },
          },
        )
    },
  }
}
