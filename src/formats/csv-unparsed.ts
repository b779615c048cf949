import { kinds, type JsonRows } from '../core/json-rows.ts'
import type { Projection } from '../core/projection.ts'
import type { CsvDialect } from './csv-dialect.ts'
import { csvCell } from './csv-rows.ts'
import { parsedValue, unparsedColumns } from './unparsed-columns.ts'
import { byteWriter } from './unparsed-bytes.ts'

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

  const writeText = (bytes: Buffer, start: number, end: number): void => {
    // A byte order mark is quoted, as a delimiter is. Quotes and line ends are escaped in JSON.
    if (bytes[start] !== 0xef && out.copyPlain(bytes, start, end, mark)) return
    if (bytes[start] === 0xef) return out.text(cell(bytes.toString('utf8', start, end)))
    out.byte(quote)
    out.copy(bytes, start, end)
    out.byte(quote)
  }
  const writeCell = (bytes: Buffer, start: number, end: number, kind: number): void => {
    out.room(end - start + 2)
    if (kind === kinds.text) writeText(bytes, start + 1, end - 1)
    else if (kind === kinds.number || kind === kinds.boolean) out.copy(bytes, start, end)
    else if (kind === kinds.nested && isPlainText(bytes, start, end, separator)) writeText(bytes, start + 2, end - 2)
    // An empty list is an empty cell.
    else if (kind !== kinds.nested || end - start > 2) out.text(cell(parsedValue(bytes, start, end, kind)))
    else if (bytes[start] !== openList) out.text(cell({}))
  }

  return ({ bytes, names, keys, spans, kinds: found }) => {
    out.clear()
    const places = wanted.map(({ from }) => (from === null ? -1 : names.indexOf(from)))
    const makers = wanted.map(({ of }) => of)
    for (let row = 0; row < keys.length; row++) {
      const first = row * names.length
      for (let column = 0; column < places.length; column++) {
        if (column > 0) {
          out.room(1)
          out.byte(mark)
        }
        const place = places[column]!
        const kind = place < 0 ? kinds.missing : found[first + place]!
        const of = makers[column]
        const start = spans[2 * (first + place)]!
        const end = spans[2 * (first + place) + 1]!
        if (of) {
          const isEmpty = kind === kinds.nested && end - start === 2 && bytes[start] === openList
          out.text(cell(of(isEmpty ? [] : parsedValue(bytes, start, end, kind))))
        } else if (kind === kinds.missing || kind === kinds.nothing) out.text(missing)
        else writeCell(bytes, start, end, kind)
      }
      out.text(eol)
    }
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
