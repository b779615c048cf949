import { EntrapipeError } from '../core/errors.ts'
import { emptyRow } from '../core/json.ts'
import { isSecretColumn } from '../core/secret-columns.ts'
import { csvHeader, isExampleRow, isKnownExample, type CsvHeader } from './csv-header.ts'
import { isVersionLine, markOf } from './csv-marks.ts'
import type { CsvRecord } from './csv-records.ts'
import { fromExcel } from './excel-text.ts'

/** A row of a table: its value, or why it is invalid. */
type TableRow =
  | { readonly line: number; readonly value: Readonly<Record<string, string>> }
  | { readonly line: number; /** What is wrong, in words that follow the line. */ readonly fault: string }

/** Options of `csvTable`. */
export interface CsvTableOptions {
  /** Name of the input, for messages. */
  readonly name: string
  /** Whether the first record is the header. */
  readonly header: boolean
  /** With a header: the wanted columns. Without: all columns, in order. */
  readonly columns?: readonly string[] | undefined
  /** Whether a record of column names after the header is a row. @default false */
  readonly singleHeader?: boolean
  /** Whether `="0012"` is read as 0012. @default true */
  readonly excel?: boolean
  /** Whether columns of a template are named by their whole captions, not by the property in brackets. @default false */
  readonly captions?: boolean
  /** What its records are called in messages. @default 'line' */
  readonly unit?: 'line' | 'row'
  /** Called for each record that is not a row. */
  readonly ignored?: (what: string, line: number) => void
}

/** The number of surplus cells to keep of an invalid row: enough to correct it. */
const mostSurplus = 100

const counted = (cells: number): string => (cells === 1 ? '1 cell' : `${cells} cells`)

/** The fault of a row with too few or too many cells, or with a zero byte. */
const faultOf = (
  { cells, zeroIn, isUnended }: CsvRecord,
  { names, fewest }: CsvHeader,
  hasHeader: boolean,
  unit: 'line' | 'row',
): string | undefined => {
  const unfit = hasHeader
    ? `has ${counted(cells.length)}, but the header has ${names.length}.`
    : `has ${counted(cells.length)}, but ${names.length} columns were given.`
  if (cells.length < names.length && isUnended)
    return `${unfit} It is the last line, without a line end, so the file seems to be cut off. Get the whole file, or complete the line`
  // A row of a workbook ends with its last cell that is not empty.
  if (cells.length < fewest && unit === 'line')
    return fewest === names.length
      ? `${unfit} Is a delimiter missing?`
      : `${unfit} Only the last ${counted(names.length - fewest)} may be missing. Is a delimiter missing?`
  if (cells.length > names.length && cells.slice(names.length).some(cell => cell.trim() !== ''))
    return unit === 'row'
      ? `${unfit} Name the column, or delete the cells after it.`
      : `${unfit} Does a cell that contains a delimiter lack quotes?`
  if (zeroIn === undefined) return undefined
  const name = names[zeroIn]
  return `has a zero byte in column ${zeroIn + 1}${name === undefined ? '' : ` (${name})`}. Remove it, or get another copy of the file`
}

const zeroInHeader = (name: string, line: number, column: number): EntrapipeError =>
  new EntrapipeError(
    'HEADER_INVALID',
    `The header of ${name} (line ${line}) has a zero byte in column ${column}. The file may be UTF-16 or UTF-32. Save it as UTF-8, or set \`encoding\`, such as 'utf-16le'`,
    { facts: { line, column } },
  )

const otherHeader = (name: string, line: number, unit: 'line' | 'row'): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${unit === 'row' ? 'Row' : 'Line'} ${line} of ${name} has only column names, like a second header that differs from the first. Split the file there, or delete the ${unit}. If it is a row, set \`singleHeader: true\``,
    { facts: { line } },
  )

const trimmed = (cells: readonly string[]): readonly string[] => {
  const names = cells.map(cell => cell.replace(/^\ufeff/, '').trim())
  return names.slice(0, names.findLastIndex(name => name !== '') + 1)
}

/**
 * Detects a header among the rows of a concatenated file: the `same` as the file's header, or an `other` one, with other
 * columns or in another case. A row may contain the name of a column by chance; it is a header if most of its cells are column names.
 */
const headerAmongRows = (header: readonly string[]) => {
  const names = new Set(header.filter(name => name !== '').map(name => name.toLowerCase()))
  // Lower case is costly, and is asked of each row. Most cells have the length of no name.
  const longest = Math.max(0, ...header.map(({ length }) => length))
  const isName = (cell: string | undefined): boolean =>
    cell !== undefined && cell.length <= longest && names.has(cell.toLowerCase())
  return (cells: readonly string[]): 'same' | 'other' | undefined => {
    const first = cells[0] ?? ''
    if (!isName(first) && !isName(cells[1]) && !first.startsWith('\ufeff')) return undefined
    const given = trimmed(cells)
    if (given.length === header.length && given.every((cell, at) => cell === header[at])) return 'same'
    const named = given.filter(isName).length
    return named >= 2 && named * 2 > given.filter(cell => cell !== '').length ? 'other' : undefined
  }
}

/** Why empty cells after the last column are no slip of a spreadsheet: a value in the wrong column would be used as a password, or shown. */
const surplusOf = (
  { cells }: CsvRecord,
  width: number,
  names: readonly (string | undefined)[],
  unit: 'line' | 'row',
): string | undefined =>
  cells.length > width && names.some(name => name !== undefined && isSecretColumn(name))
    ? `has ${counted(cells.length)}, but the header has ${width}. It has a column with secrets, so cells that may be in wrong columns are not used. Correct the ${unit}, or remove its delimiters at the end`
    : undefined

/**
 * Turns records into rows. Reads the header, ignores records that are not rows (a template's version line and example, a
 * repeated header, rows with only empty cells), and finds rows that do not match the header.
 *
 * @throws EntrapipeError `HEADER_INVALID`; `INPUT_MALFORMED` at a second header that differs
 */
export const csvTable = ({
  name,
  header: hasHeader,
  columns,
  singleHeader = false,
  excel = true,
  captions = false,
  unit = 'line',
  ignored,
}: CsvTableOptions) => {
  const text = excel ? fromExcel : (cell: string): string => cell
  let header: CsvHeader | undefined
  /** Cells of the header as it is in the file. */
  let width = 0
  let empty = emptyRow([])
  let again = headerAmongRows([])
  const begin = (found: CsvHeader, names: readonly string[]): void => {
    header = found
    width = names.length
    empty = emptyRow(found.names.filter(property => property !== undefined))
    if (!singleHeader) again = headerAmongRows(trimmed(names))
  }
  if (!hasHeader && columns) begin({ names: columns, isTemplate: false, fewest: columns.length }, columns)
  let isFirst = true
  let hasVersionLine = false

  /** The kind of a record that is not a row; undefined for a row. */
  const noRow = (cells: readonly string[], { isTemplate, names }: CsvHeader, line: number): string | undefined => {
    // The examples of the templates also further down: people sort the rows, or add theirs above.
    const isExample =
      (isTemplate && isFirst && isExampleRow(cells)) || ((isTemplate || captions) && isKnownExample(cells))
    isFirst = false
    if (isExample) return 'example row'
    const found = again(cells)
    if (found === 'other') throw otherHeader(name, line, unit)
    if (found === 'same' && trimmed(cells).length > 1) {
      isFirst = true
      return 'repeated header'
    }
    if (cells.length > 1 && cells.every(cell => cell === '')) return 'empty row'
    const mark = markOf(cells)
    return (mark === 'version line' ? isTemplate : cells.length < names.length) ? mark : undefined
  }

  /** Why it is unclear whether a record is a row. */
  const doubtOf = (cells: readonly string[]): string | undefined => {
    // In a file with one column it may be a value.
    if (again(cells) === 'same')
      return `is the same as the header. If it is a repeated header, delete the ${unit}. If it is a row, set \`singleHeader: true\``
    const mark = markOf(cells)
    return mark === undefined || mark === 'version line'
      ? undefined
      : `looks like the ${mark} of another file. Delete the ${unit}, or change its first cell`
  }

  const take = (record: CsvRecord): TableRow | undefined => {
    const { line, cells } = record
    if (!header) {
      if (hasHeader && !hasVersionLine && isVersionLine(cells.join(','))) {
        hasVersionLine = true
        ignored?.('version line', line)
        return undefined
      }
      if (record.zeroIn !== undefined) throw zeroInHeader(name, line, record.zeroIn + 1)
      const texts = cells.map(text)
      begin(csvHeader(texts, { name, line, hasVersionLine, wanted: columns, captions, unit }), texts)
      return undefined
    }
    const what = noRow(cells, header, line)
    if (what !== undefined) {
      ignored?.(what, line)
      return undefined
    }
    const fault =
      record.fault ??
      faultOf(record, header, hasHeader, unit) ??
      doubtOf(cells) ??
      surplusOf(record, width, header.names, unit)
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
    /** The columns of the rows, in the file's order; undefined before the header. */
    names: (): readonly string[] | undefined => header?.names.filter(property => property !== undefined),
    /** The cells of an invalid row, for the rejects file. Surplus cells are named `cell 16` and so on. */
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
    /** Call at the end of the file. @throws EntrapipeError `HEADER_INVALID` if there was no header */
    end(): void {
      if (!header)
        throw new EntrapipeError(
          'HEADER_INVALID',
          hasVersionLine
            ? `${name} has no header. The ${unit} after version: must name the columns`
            : `${name} is empty. The first ${unit} must name the columns`,
          {
            facts: { line: 1, empty: !hasVersionLine },
          },
        )
    },
  }
}
