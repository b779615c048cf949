import { exactIntegers } from '../core/exact-json.ts'
import { kinds, odd, type JsonRows } from '../core/json-rows.ts'
import type { Projection } from '../core/projection.ts'
import { byteWriter } from './unparsed-bytes.ts'
import { parsedValue, unparsedColumns, type UnparsedColumn } from './unparsed-columns.ts'

const lineFeed = 0x0a

/**
 * Encodes unparsed rows as JSON lines, byte for byte as `rowJson` or `projectedJson` do. Rows that have just the columns of the
 * file under their names, as a listing has that selects them in this order, stay where they are: only what separates them is replaced. Undefined if
 * the columns need the values.
 */
export const jsonlUnparsed = (
  columns: readonly string[] | undefined,
  eol: string,
  projection?: Projection,
): ((rows: JsonRows) => Buffer) | undefined => {
  const wanted = columns && unparsedColumns(columns, projection)
  const isRenamed = wanted !== undefined && wanted.some(({ from }, at) => from !== columns![at])
  // Without columns, the properties of rows that are not made yet would have to be known.
  if (columns ? !wanted : projection) return undefined
  const out = byteWriter()
  return rows => {
    if (eol === '\n' && !isRenamed && areLines(rows, wanted)) return separated(rows)
    out.clear()
    for (let row = 0; row < rows.count; row++) {
      if (columns && wanted) writeColumns(rows, row, columns, wanted)
      else writeOwn(rows, row)
      out.text(eol)
    }
    return out.bytes
  }

  function writeOwn({ bytes, objects, names, kinds: found }: JsonRows, row: number): void {
    const [start, end] = [objects[2 * row]!, objects[2 * row + 1]!]
    const values = found.subarray(row * names.length, (row + 1) * names.length)
    if (values.some(kind => kind >= odd))
      return out.text(JSON.stringify(exactIntegers(bytes.toString('utf8', start, end))))
    out.reserve(end - start)
    out.copy(bytes, start, end)
  }

  function writeColumns(
    { bytes, names, spans, kinds: found }: JsonRows,
    row: number,
    columns: readonly string[],
    wanted: readonly UnparsedColumn[],
  ): void {
    for (const [column, { from, of }] of wanted.entries()) {
      out.text(`${column === 0 ? '{' : ','}${JSON.stringify(columns[column])}:`)
      const place = from === null ? -1 : row * names.length + names.indexOf(from)
      const kind = place < 0 || !names.includes(from!) ? kinds.missing : found[place]!
      const [start, end] = [spans[2 * place]!, spans[2 * place + 1]!]
      if (of || kind >= odd) {
        const value = parsedValue(bytes, start, end, kind)
        const text: string | undefined = JSON.stringify((of ? of(value) : value) ?? null)
        if (text === undefined) throw new TypeError('The value is not JSON')
        out.text(text)
      } else if (kind === kinds.missing) out.text('null')
      else {
        out.reserve(end - start)
        out.copy(bytes, start, end)
      }
    }
    out.text('}')
  }
}

/** Whether the text of each row is what `JSON.stringify` makes of it, and has all columns in order and no others. */
const areLines = (
  { count, names, spans, kinds: found }: JsonRows,
  wanted: readonly UnparsedColumn[] | undefined,
): boolean => {
  const width = names.length
  const values = count * width
  for (let at = 0; at < values; at++) if (found[at]! >= odd) return false
  if (!wanted) return true
  if (wanted.length !== width || wanted.some(({ from, of }, at) => of || from !== names[at])) return false
  for (let at = 0; at < values; at++) {
    if (found[at] === kinds.missing) return false
    if (at % width > 0 && spans[2 * at]! < spans[2 * at - 2]!) return false
  }
  return true
}

/** Puts a line feed after each row, where there was a comma or a bracket. */
const separated = ({ bytes, objects, count }: JsonRows): Buffer => {
  const end = objects[2 * count - 1]!
  for (let row = 0; row < count; row++) bytes[objects[2 * row + 1]!] = lineFeed
  return bytes.subarray(0, end + 1)
}
