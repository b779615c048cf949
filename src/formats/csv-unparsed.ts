import { kinds, type JsonRows } from '../core/json-rows.ts'
import type { Projection } from '../core/projection.ts'
import type { CsvDialect } from './csv-dialect.ts'
import { csvCell } from './csv-rows.ts'
import { parsedValue, unparsedColumns } from './unparsed-columns.ts'
import { byteWriter, viewOf } from './unparsed-bytes.ts'

/** Delimiters that are in no number and no word of JSON. */
const usual = /^[,;|\t]$/

const quote = 0x22
const openList = 0x5b
const backslash = 0x5c

/**
 * Encodes unparsed rows as CSV, byte for byte as `csvRows` or `csvProjected` do: most values are copied. Undefined for dialects
 * and columns that need the values. The encoder throws if a value contains a zero byte.
 */
export const csvUnparsed = (
  columns: readonly string[],
  dialect: CsvDialect,
  projection?: Projection,
): ((rows: JsonRows) => Buffer) | undefined => {
  const { delimiter, eol, quoteAll, formulaGuard, excel, arraySeparator } = dialect
  const wanted = unparsedColumns(columns, projection)
  // One column alone follows other rules.
  if (!wanted || columns.length < 2 || !usual.test(delimiter) || quoteAll || formulaGuard || excel) return undefined
  const cell = csvCell(dialect)
  const missing = cell(null)
  const mark = delimiter.charCodeAt(0)
  const separator = arraySeparator.charCodeAt(0)
  const out = byteWriter()

  const writeText = (bytes: Buffer, view: DataView, start: number, end: number): void => {
    // A byte order mark is quoted, as a delimiter is. Quotes and line ends are escaped in JSON.
    if (bytes[start] !== 0xef && out.copyPlain(bytes, view, start, end, mark)) return
    if (bytes[start] === 0xef) return out.text(cell(bytes.toString('utf8', start, end)))
    out.byte(quote)
    out.copy(bytes, start, end)
    out.byte(quote)
  }
  const writeCell = (bytes: Buffer, view: DataView, start: number, end: number, kind: number): void => {
    if (kind === kinds.text) writeText(bytes, view, start + 1, end - 1)
    else if (kind === kinds.number || kind === kinds.boolean) out.copy(bytes, start, end)
    else if (kind === kinds.nested && isPlainText(bytes, start, end, separator))
      writeText(bytes, view, start + 2, end - 2)
    // An empty list is an empty cell.
    else if (kind !== kinds.nested || end - start > 2) out.text(cell(parsedValue(bytes, start, end, kind)))
    else if (bytes[start] !== openList) out.text(cell({}))
  }

  const makers = wanted.map(({ of }) => of)
  /** How often a value is written at most. */
  const copies = Math.max(...wanted.map(({ from }) => wanted.filter(other => other.from === from).length))
  const writeMade = (
    of: (value: unknown) => unknown,
    bytes: Buffer,
    start: number,
    end: number,
    kind: number,
  ): void => {
    const isEmpty = kind === kinds.nested && end - start === 2 && bytes[start] === openList
    out.text(cell(of(isEmpty ? [] : parsedValue(bytes, start, end, kind))))
  }
  // A function of its own is compiled as a whole; the loop around it would be compiled while it runs, again and again.
  const writeRow = (places: Int32Array, rows: JsonRows, view: DataView, row: number): void => {
    const { bytes, objects, spans, kinds: found, names } = rows
    const first = row * names.length
    // A value that is copied may get two quotes, and a delimiter follows it.
    out.reserve(copies * (objects[2 * row + 1]! - objects[2 * row]!) + 3 * places.length)
    for (let column = 0; column < places.length; column++) {
      if (column > 0) out.byte(mark)
      const place = places[column]!
      const value = place < 0 ? 0 : first + place
      const kind = place < 0 ? kinds.missing : found[value]!
      const start = spans[2 * value]!
      const end = spans[2 * value + 1]!
      const of = makers[column]
      if (of) writeMade(of, bytes, start, end, kind)
      else if (kind === kinds.missing || kind === kinds.nothing) out.text(missing)
      else writeCell(bytes, view, start, end, kind)
    }
    out.text(eol)
  }

  return rows => {
    const { bytes, names, count } = rows
    out.clear()
    const view = viewOf(bytes)
    const places = Int32Array.from(wanted, ({ from }) => (from === null ? -1 : names.indexOf(from)))
    for (let row = 0; row < count; row++) writeRow(places, rows, view, row)
    return out.bytes
  }
}

/** Whether a value is a list of one text that is written as it is: of letters that stand for themselves and separate nothing. */
const isPlainText = (bytes: Buffer, start: number, end: number, separator: number): boolean => {
  if (end - start < 5 || bytes[start] !== openList || bytes[start + 1] !== quote || bytes[end - 2] !== quote)
    return false
  if (bytes[start + 2] === openList) return false
  for (let at = start + 2; at < end - 2; at++) {
    const byte = bytes[at]
    if (byte === quote || byte === backslash || byte === separator || byte! > 0x7f) return false
  }
  return true
}
