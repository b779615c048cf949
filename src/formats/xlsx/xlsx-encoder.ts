import type { RowEncoder } from '../../core/encoder.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { columnsOf, isFields, kindInWords, objectFix, type Fields, type Json } from '../../core/json.ts'
import { cellText, type ValueRules } from '../cell.ts'
import { reasonOf } from '../row-values.ts'
import { mostColumns, mostRows } from './cell-place.ts'
import { mostCharacters, sheetCells } from './sheet-cells.ts'
import { sheetHead, sheetPart, sheetTail, workbookParts } from './workbook-parts.ts'
import { emptyPart, mostPartBytes, zipWriter, type GrowingPart } from './zip-writer.ts'

/** Options for writing workbooks. */
export interface XlsxOptions {
  /** Between the items of an array of scalars. @default ';' */
  readonly arraySeparator?: string
  /** Written for null. @default '' */
  readonly nulls?: string
}

interface Saved {
  readonly columns: readonly string[] | null
  readonly written: number
  readonly sheet: GrowingPart
}

/** Rows are compressed in blocks of this many: the size of pages makes no difference. */
const rowsInBlock = 256
const nothing = new Uint8Array()

const fix = 'Name all columns: columns: [...] in a pipeline, or --select on the command line'

const checked = (columns: readonly string[]): readonly string[] => {
  if (columns.length === 0) throw new EntrapipeError('OPTION_INVALID', 'Expected at least one column, got none')
  if (columns.length > mostColumns)
    throw new EntrapipeError('OPTION_INVALID', `A sheet has at most ${mostColumns} columns, got ${columns.length}`)
  const twice = columns.find((column, at) => columns.indexOf(column) !== at)
  if (twice !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `Expected unique columns, got ${JSON.stringify(twice)} twice`)
  return columns
}

const full = (what: string): EntrapipeError =>
  new EntrapipeError('WRITE_FAILED', `A sheet of an Excel workbook has at most ${what}, and there are more.`, {
    fix: 'Write a .csv file, or fewer rows.',
  })

/**
 * Encodes rows as an Excel workbook with one sheet, its header in the first row. Columns are those given, or those of the first
 * row; a later row with another column is rejected. Texts are text cells. Blocks of rows are compressed by themselves, so
 * that the file can be truncated and continued. Holds a block.
 *
 * @throws EntrapipeError `OPTION_INVALID`; `WRITE_FAILED` after 1,048,575 rows, or 4 GiB of XML
 */
export const xlsxEncoder = (
  options: XlsxOptions & { readonly columns?: readonly string[] },
  saved?: Json,
  inherited?: () => readonly string[] | undefined,
): RowEncoder<Uint8Array> => {
  const { arraySeparator = ';', nulls = '' } = options
  const rules: ValueRules = { arraySeparator, nulls }
  const before = saved as unknown as Saved | undefined
  const zip = zipWriter(workbookParts, sheetPart)
  let columns = options.columns ? checked(options.columns) : (before?.columns ?? undefined)
  let cells = columns && sheetCells(columns, rules)
  let known = new Set(columns)
  let written = before?.written ?? 0
  let sheet = before?.sheet ?? emptyPart
  let held = ''
  let rowsHeld = 0

  const add = (text: string, isLast = false): Uint8Array => {
    const isFirst = sheet.bytes === 0
    const { part, piece } = zip.add(sheet, isFirst ? sheetHead + (cells?.header ?? '') + text : text, isLast)
    if (part.bytes > mostPartBytes || part.packed + zip.head.length > mostPartBytes - piece.length) throw full('4 GiB')
    sheet = part
    return isFirst ? Buffer.concat([zip.head, piece]) : piece
  }

  const block = (): Uint8Array => {
    const text = held
    held = ''
    rowsHeld = 0
    return text === '' ? nothing : add(text)
  }

  const takeColumns = (names: readonly string[]): void => {
    columns = checked(names)
    cells = sheetCells(columns, rules)
    known = new Set(columns)
  }

  /** Why a row cannot be written to this file. */
  const fault = (value: unknown): string | undefined => {
    if (!isFields(value)) return `Expected an object with columns, got ${kindInWords(value)}`
    if (!columns) return Object.keys(value).length === 0 ? 'The row has no columns' : undefined
    if (options.columns) return undefined
    const other = Object.keys(value).find(name => !known.has(name))
    return other === undefined
      ? undefined
      : `Column ${JSON.stringify(other)} is not in the header, which comes from the first row`
  }

  const reasonFor = (value: Fields, error: unknown): string => {
    if (!(error instanceof RangeError)) return `The row cannot be written to a workbook: ${reasonOf(error)}`
    const long = columns!.find(name => cellText(value[name], rules).length > mostCharacters)
    return `Column ${JSON.stringify(long)} has more than ${mostCharacters} characters, which a cell of Excel cannot have`
  }

  return {
    rows(rows, reject) {
      const blocks: Uint8Array[] = []
      for (const row of rows) {
        const why = fault(row.value)
        if (why !== undefined) {
          reject(row, why, isFields(row.value) ? fix : objectFix(row.value))
          continue
        }
        const value = row.value as Fields
        if (!cells) takeColumns(columnsOf(value))
        if (written + 1 >= mostRows) throw full(`${mostRows} rows`)
        try {
          held += cells!.row(value, written + 2)
          written++
          rowsHeld++
        } catch (error) {
          reject(row, reasonFor(value, error), 'Remove or shorten the value, or write a .csv file')
        }
        if (rowsHeld === rowsInBlock) blocks.push(block())
      }
      return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks)
    },
    flush: block,
    end() {
      if (!columns) {
        const names = inherited?.()
        if (names && names.length > 0) takeColumns(names)
      }
      const rest = block()
      const tail = add(sheetTail, true)
      return Buffer.concat([rest, tail, zip.end(sheet)])
    },
    get written() {
      return written
    },
    get columns() {
      return columns
    },
    save: () => ({ columns: sheet.bytes > 0 ? (columns ?? null) : null, written, sheet: { ...sheet } }),
  }
}
