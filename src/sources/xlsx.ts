import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, needed, oneOf, optional, someText, someTexts, trueOrFalse } from '../data/expect-options.ts'
import type { CsvRecord } from '../formats/csv-records.ts'
import { csvTable } from '../formats/csv-table.ts'
import { compressionOf } from '../formats/format-of.ts'
import { ignoredRecords } from '../formats/ignored-records.ts'
import { openSheet } from '../formats/xlsx/open-sheet.ts'
import type { TextArena } from '../formats/xlsx/text-arena.ts'
import { sheetRecords } from '../formats/xlsx/sheet-records.ts'
import { inputOf } from '../places/input.ts'
import { rowsRead } from '../places/rows-read.ts'
import { tableColumns, tablePage } from './files/table-rows.ts'
import { isSftp } from './files/sftp-address.ts'

/** Options of `xlsx`. */
export interface XlsxSourceOptions {
  /** Path of the workbook. */
  readonly from: string
  /** Name of the sheet. @default the only visible sheet that has cells */
  readonly sheet?: string
  /** Row of the header; rows above it are ignored. @default the first row, or the one that has all `columns` */
  readonly headerLine?: number
  /**
   * The columns to read. All are required; in the sheet they may differ in case, spaces and punctuation. Other columns are
   * ignored. @default those of the header
   */
  readonly columns?: readonly string[]
  /** Whether the sheet has only one header: a later row of column names is then a row. @default false */
  readonly singleHeader?: boolean
  /** Whether columns of a portal template keep their whole captions. @default false: they are named by the property in brackets */
  readonly captions?: boolean
  /** What to do with rows that are hidden, by hand or by a filter. @default they end the run: nobody has said whether they count */
  readonly hiddenRows?: 'read' | 'skip'
}

/**
 * Reads rows from a sheet of an Excel workbook. Every value is a string, as people see it: leading zeros and telephone numbers
 * as formatted, other numbers in full (`1234.5`), dates as `2026-01-31`, with a time as `2026-01-31T08:30:00`, `true` and
 * `false`; a formula gives its last result. `key` is the row as Excel numbers it. Portal templates are read as from CSV.
 * Hidden columns are read. Empty rows are ignored. Holds the texts that cells share (12 bytes each, and their own; at most
 * 512 MiB) and 64 KiB of the sheet. A row with an error (`#N/A`), a formula without a result, a number of more than 15 digits,
 * or too many cells is rejected: `ROW_INVALID`. The packages yauzl, saxes and numfmt are optional.
 *
 * @throws EntrapipeError `OPTION_INVALID`, also if it is not clear which sheet is meant; `FILE_MISSING`, `FILE_UNREADABLE`,
 *   `HEADER_INVALID`; `INPUT_MALFORMED` (facts: line) at hidden rows and at merged cells below the header, for other files and
 *   for workbooks with a password; `INPUT_CUT_OFF`, `INPUT_CHANGED`
 */
export const xlsx = <Out extends Fields = Readonly<Record<string, string>>>(
  options: XlsxSourceOptions,
): Source<Out> => {
  expectOptions('xlsx', options, {
    from: needed('the path of a workbook'),
    sheet: someText,
    headerLine: optional,
    columns: someTexts,
    singleHeader: trueOrFalse,
    captions: trueOrFalse,
    hiddenRows: oneOf('read', 'skip'),
  })
  const { from, sheet, headerLine, columns, singleHeader = false, captions = false, hiddenRows } = options
  const input = inputOf(from)
  const { open } = input
  /** The texts of the workbook, which are read for the columns and again for the rows. */
  let before: { readonly stamp: string; readonly texts: TextArena } | undefined

  const checkOptions = (): void => {
    if (!open)
      throw new EntrapipeError(
        'OPTION_INVALID',
        'A workbook cannot be read from stdin, since its parts are not in order.',
        {
          fix: 'Save it to a file, and name that.',
        },
      )
    if (isSftp(from))
      throw new EntrapipeError('OPTION_INVALID', 'A workbook cannot be read from an SFTP server.', {
        fix: 'Copy it to this computer, and name that file; or put a .csv file on the server.',
      })
    if (compressionOf(from))
      throw new EntrapipeError('OPTION_INVALID', `${from} is a compressed workbook. Decompress it first.`)
    if (headerLine !== undefined && !(Number.isInteger(headerLine) && headerLine >= 1))
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected \`headerLine\` to be the number of a row, from 1, got ${JSON.stringify(headerLine)}`,
      )
  }

  /** The records of the sheet. @param opened called with its name before the first of them */
  async function* recordsOf(
    ctx: Context,
    ignored?: (what: string, line: number) => void,
    opened?: (name: string) => void,
  ): AsyncGenerator<readonly CsvRecord[]> {
    checkOptions()
    const file = await open!(ctx)
    try {
      const found = await openSheet(file, from, sheet, before?.stamp === file.stamp ? before.texts : undefined)
      before = found.texts && { stamp: file.stamp, texts: found.texts }
      await file.expectSame()
      opened?.(found.name)
      for await (const records of sheetRecords(found, {
        columns,
        headerLine,
        hiddenRows,
        ...(ignored && { ignored }),
      })) {
        await file.expectSame()
        yield records
      }
    } finally {
      await file.close()
    }
  }

  const tableOf = (name: string, ignored?: (what: string, line: number) => void) =>
    csvTable({ name, header: true, columns, singleHeader, captions, unit: 'row', ...(ignored && { ignored }) })

  return {
    kind: 'xlsx',
    async check(ctx) {
      checkOptions()
      await input.check(ctx)
    },
    async describe(ctx) {
      return { kind: 'xlsx', ...options, ...(await input.describe(ctx)) } as Json
    },
    columns: async ctx => (await tableColumns(tableOf(from), recordsOf(ctx))) ?? { names: [], closed: false },
    async *read(ctx, _shard, position) {
      const ignored = ignoredRecords()
      const progress = rowsRead(false, position)
      const unnamed = { ...({ kind: 'xlsx', unit: 'row', within: 'workbook' } as const), progress, ignored }
      const readingOf = (name: string) => ({ ...unnamed, name, table: tableOf(name, ignored.add) })
      let reading = readingOf(from)
      for await (const records of recordsOf(ctx, ignored.add, name => void (reading = readingOf(name)))) {
        const page = tablePage<Out>(records, reading, ctx)
        if (page) yield page
      }
      reading.table.end()
    },
  }
}
