import { EntrapipeError } from '../core/errors.ts'
import { hasAll, isTemplate } from './csv-header.ts'
import { delimiters } from './csv-marks.ts'
import { cellsOf, filledWidth, type SampleRecord } from './csv-sample.ts'

interface DelimiterOptions {
  readonly name: string
  /** From the option. */
  readonly delimiter?: string | undefined
  /** From a separator line. */
  readonly said: string | undefined
  readonly header?: boolean | undefined
  readonly columns?: readonly string[] | undefined
  readonly hasVersionLine: boolean
  /** Whether these are all the records to look at. */
  readonly isWhole: boolean
}

/** The first records, split by one delimiter. */
interface Reading {
  readonly delimiter: string
  readonly names: readonly string[]
  readonly width: number
  readonly rows: readonly (readonly string[])[]
  /** The number of rows with as many cells as the header. */
  readonly fitting: number
}

/** A delimiter fits if it explains more than this share of the rows, and does not fit up to half. Between is uncertain. */
const nearlyAll = 0.9
const half = 0.5

const readingOf = (records: readonly SampleRecord[], delimiter: string, columns?: readonly string[]): Reading => {
  const cells = records.map(({ text }) => cellsOf(text, delimiter))
  const names = columns ?? cells[0] ?? []
  const rows = columns ? cells : cells.slice(1)
  const width = filledWidth(names)
  const fitting = rows.filter(row => row.length >= width && filledWidth(row) <= width).length
  return { delimiter, names, width, rows, fitting }
}

/** Whether the delimiter does not split a pair of brackets, as the comma would in `Name (Last, First)`. */
const isPlausible = ({ names }: Reading): boolean => {
  const open = names.findIndex(name => /[([][^)\]]*$/.test(name))
  return open < 0 || !names.slice(open + 1).some(name => /^[^([]*[)\]]/.test(name))
}

const share = ({ fitting, rows }: Reading): number => (rows.length === 0 ? 0 : fitting / rows.length)

const spelled = (delimiter: string): string =>
  ({ ',': 'a comma', ';': 'a semicolon', '\t': 'a tab' })[delimiter] ?? JSON.stringify(delimiter)

const error = (name: string, line: number, message: string): EntrapipeError =>
  new EntrapipeError('HEADER_INVALID', `Line ${line} of ${name} ${message}`, { facts: { line } })

const ambiguous = (name: string, line: number, readings: readonly Reading[]): EntrapipeError =>
  error(
    name,
    line,
    readings.length === 1
      ? `has ${spelled(readings[0]!.delimiter)} inside brackets. If that is the delimiter, set \`delimiter\``
      : `is ambiguous: the delimiter could be ${readings.map(({ delimiter }) => spelled(delimiter)).join(' or ')}. Set \`delimiter\``,
  )

const titled = (name: string, line: number, { width, rows, delimiter }: Reading): EntrapipeError =>
  error(
    name,
    line,
    `has ${width === 1 ? '1 name' : `${width} names`}, but the lines after it have ${rows[0]!.length} cells (split by ${spelled(delimiter)}). If a later line is the header, set \`headerLine\` to its number. If this line is the header, set \`delimiter\``,
  )

/** Whether the first line is a title above the header: all rows have the same number of cells, and more than the line. */
const isTitle = ({ width, rows, fitting }: Reading): boolean =>
  fitting === 0 &&
  rows.length >= 2 &&
  rows.every(row => row.length === rows[0]!.length) &&
  filledWidth(rows[0]!) > width

/** For a first line with one name. If some delimiter splits all rows, it is a title, or its column has lists. */
const afterOneName = (
  records: readonly SampleRecord[],
  tried: readonly string[],
  { name, isWhole, delimiter: given, said }: DelimiterOptions,
): string | undefined => {
  const alone = given ?? said ?? ','
  const rows = records.slice(1).map(({ text }) => text)
  const apart = tried.filter(delimiter => rows.length > 0 && rows.every(row => cellsOf(row, delimiter).length > 1))
  if (apart.length === 0) return rows.length > 0 || isWhole ? alone : undefined
  if (!isWhole) return undefined
  throw titled(name, records[0]!.line, readingOf(records, apart[0]!))
}

/** For a header that several delimiters split: the only one that explains the rows. */
const byRows = (
  readings: readonly Reading[],
  line: number,
  { name, isWhole }: DelimiterOptions,
): string | undefined => {
  if (!isWhole) return undefined
  const good = readings.filter(reading => share(reading) > nearlyAll)
  const bad = readings.filter(reading => share(reading) <= half)
  if (good.length === 1 && good.length + bad.length === readings.length) return good[0]!.delimiter
  throw ambiguous(name, line, readings)
}

/** For a header that one delimiter splits: confirmed if rows fit, but not if another delimiter splits all rows. */
const confirmed = (
  reading: Reading,
  others: readonly Reading[],
  line: number,
  { name, isWhole, hasVersionLine }: DelimiterOptions,
): string | undefined => {
  const { delimiter, names, rows, fitting } = reading
  if (fitting > 0 || hasVersionLine || isTemplate(names)) return delimiter
  if (!isWhole) return undefined
  if (isTitle(reading)) throw titled(name, line, reading)
  const apart = others.find(other => rows.length > 0 && other.rows.every(row => row.length > 1))
  if (apart && rows.every(row => row.length === 1)) throw titled(name, line, { ...apart, width: reading.width })
  return delimiter
}

/**
 * Detects the delimiter. The first record is the header, or a row if the file has no header.
 *
 * @returns undefined if more records are needed
 * @throws EntrapipeError `HEADER_INVALID` (facts: line) if the delimiter is ambiguous or the first record is not a header
 */
export const delimiterOf = (records: readonly SampleRecord[], options: DelimiterOptions): string | undefined => {
  const { name, delimiter: given, said, header = true, columns, isWhole } = options
  const [first] = records
  if (!first) return isWhole ? (given ?? said ?? ',') : undefined
  const known = given ?? said
  const tried = known === undefined ? delimiters : [known]
  if (!header) {
    if (known !== undefined || (columns?.length ?? 0) < 2) return known ?? ','
    const readings = delimiters.map(delimiter => readingOf(records, delimiter, columns))
    const splitting = readings.filter(({ rows }) => rows[0]!.length > 1)
    return splitting.length < 2 ? (splitting[0]?.delimiter ?? ',') : byRows(splitting, first.line, options)
  }
  const readings = delimiters.map(delimiter => readingOf(records, delimiter))
  const own = known === undefined ? readings : [readingOf(records, known)]
  const splitting = own.filter(({ names }) => names.length > 1)
  if (splitting.length === 0) {
    if (columns && hasAll(own[0]!.names, columns)) return known ?? ','
    const others = given === undefined ? readings.filter(({ names }) => names.length > 1) : []
    if (others.length > 0 && !isWhole) return undefined
    const other = others.find(reading => share(reading) > nearlyAll)
    if (other) throw ambiguous(name, first.line, [own[0]!, other])
    return afterOneName(records, tried, options)
  }
  const named = columns && splitting.filter(reading => hasAll(reading.names, columns))
  if (named?.length === 1) return named[0]!.delimiter
  const plausible = splitting.filter(reading => given !== undefined || isPlausible(reading))
  if (plausible.length === 0) throw ambiguous(name, first.line, splitting)
  if (plausible.length > 1) return byRows(plausible, first.line, options)
  const [only] = plausible
  return confirmed(
    only!,
    given === undefined ? readings.filter(reading => reading.delimiter !== only!.delimiter) : [],
    first.line,
    options,
  )
}
