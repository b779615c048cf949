import type { Readable } from 'node:stream'
import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, needed, optional, someText, someTexts, trueOrFalse } from '../data/expect-options.ts'
import { csvRecords } from '../formats/csv-records.ts'
import { csvTable } from '../formats/csv-table.ts'
import { ignoredRecords } from '../formats/ignored-records.ts'
import { rowsRead } from '../places/rows-read.ts'
import { tableColumns, tablePage } from './files/table-rows.ts'
import { textInput } from './files/text-input.ts'

/** Options of `csv`. */
export interface CsvSourceOptions {
  /** Path of the file (`.gz` and `.zst` are decompressed), or `-` for stdin. */
  readonly from: string
  /** Separates cells. @default from a separator line, else detected: comma, semicolon, tab or `|` */
  readonly delimiter?: string
  /** Encoding of a file without a byte order mark, by any name that iconv supports. @default UTF-8, or UTF-16 if detected */
  readonly encoding?: string
  /** Whether the file has a header line. @default true */
  readonly header?: boolean
  /** Line number of the header, from 1; lines above it are ignored. @default the first line, or the one that has all `columns` */
  readonly headerLine?: number
  /**
   * With a header: the columns to read. All are required; in the file they may differ in case, spaces and punctuation.
   * Other columns are ignored. Without a header: all columns, in order. @default those of the header
   */
  readonly columns?: readonly string[]
  /**
   * Whether the file has only one header: a later line of column names is then a row. Otherwise the same header again, as in
   * concatenated files, is ignored, and one with other columns, or in another case, ends the run. @default false
   */
  readonly singleHeader?: boolean
  /** Whether a cell `="0012"`, which protects text from a spreadsheet, is read as 0012. @default true */
  readonly excel?: boolean
  /**
   * Whether columns of a portal template keep their whole captions, `Block sign in (Yes/No) [accountEnabled] Required`, so that
   * rows can be written as a template again. @default false: they are named by the property in brackets
   */
  readonly captions?: boolean
  /** @default `process.stdin` */
  readonly stdin?: Readable
  /** What messages call stdin. @default stdin */
  readonly named?: string
}

/**
 * Reads rows from a CSV file. Every value is a string; `key` is the line that a row begins on, as an editor shows it. Reads
 * UTF-8 and UTF-16 with or without a byte order mark, and the Entra portal's templates as downloaded: the version line and
 * the example row are ignored, and a caption is read as the property in brackets. Rows with only empty cells are ignored.
 * Holds 64 KiB of the file. A row with too few or too many cells, or with a zero byte, is rejected: `ROW_INVALID`.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_MISSING`, `FILE_UNREADABLE`, `HEADER_INVALID`; `INPUT_MALFORMED` (facts:
 *   line, column) for invalid quotes or bytes that are invalid in the encoding; `INPUT_CUT_OFF` if compressed data or a
 *   character is truncated; `INPUT_CHANGED`
 */
export const csv = <Out extends Fields = Readonly<Record<string, string>>>(options: CsvSourceOptions): Source<Out> => {
  expectOptions('csv', options, {
    from: needed('the path of a file, or - for stdin'),
    delimiter: optional,
    encoding: someText,
    header: trueOrFalse,
    headerLine: optional,
    columns: someTexts,
    singleHeader: trueOrFalse,
    excel: trueOrFalse,
    captions: trueOrFalse,
    stdin: optional,
    named: optional,
  })
  const {
    from,
    delimiter,
    encoding,
    header = true,
    headerLine,
    columns,
    singleHeader = false,
    excel = true,
    captions = false,
    stdin,
    named,
  } = options
  const input = textInput(from, { encoding, hasEncoding: true, stdin, named })
  const { name } = input

  const checkOptions = (): void => {
    if (delimiter !== undefined && (delimiter === '' || /["\r\n]/.test(delimiter)))
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected \`delimiter\` to be text without a quote or a line break, got ${JSON.stringify(delimiter)}`,
      )
    if (headerLine !== undefined && !(Number.isInteger(headerLine) && headerLine >= 1))
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected \`headerLine\` to be a line number, from 1, got ${JSON.stringify(headerLine)}`,
      )
    if (!header && headerLine !== undefined)
      throw new EntrapipeError(
        'OPTION_INVALID',
        '`headerLine` requires a header. Remove `headerLine` or `header: false`',
      )
    if (!header && !columns) throw new EntrapipeError('OPTION_INVALID', '`header: false` requires `columns`')
  }

  /** Stdin can be read only once, so its header is not known before its first row. */
  const columnsOf = async (ctx: Context): Promise<Columns | undefined> => {
    if (!header && columns) return { names: columns, closed: true }
    if (input.isStdin) return undefined
    return tableColumns(
      csvTable({ name, header, columns, excel, captions }),
      csvRecords(input.preview(ctx), { name, delimiter, header, headerLine, columns }),
    )
  }

  return {
    kind: 'csv',
    resumable: !input.isStdin,
    async check(ctx) {
      checkOptions()
      await input.check(ctx)
    },
    async describe(ctx) {
      const { stdin: _, named: _named, ...given } = options
      return { kind: 'csv', ...given, ...(await input.describe(ctx)) } as Json
    },
    columns: async ctx => columnsOf(ctx),
    async *read(ctx, _shard, position) {
      checkOptions()
      const ignored = ignoredRecords()
      const table = csvTable({ name, header, columns, singleHeader, excel, captions, ignored: ignored.add })
      const progress = rowsRead(input.isStdin, position)
      const reading = { ...({ kind: 'csv', name, unit: 'line', within: 'file' } as const), table, progress, ignored }
      const layout = { name, delimiter, header, headerLine, columns, ignored: ignored.add }
      for await (const records of csvRecords(input.text(ctx), layout)) {
        const page = tablePage<Out>(records, reading, ctx)
        if (page) yield page
      }
      table.end()
      if (input.isStdin) ctx.origin({ completeness: 'unverified' })
    },
  }
}
