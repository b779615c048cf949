import type { Readable } from 'node:stream'
import type { Columns } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { expectOptions, needed, optional, someText, someTexts, trueOrFalse } from '../data/expect-options.ts'
import { csvRecords } from '../formats/csv-records.ts'
import { csvTable } from '../formats/csv-table.ts'
import { ignoredRecords } from '../formats/ignored-records.ts'
import { rowsRead } from '../places/rows-read.ts'
import { textInput } from './files/text-input.ts'

/** Options of `csv`. */
export interface CsvSourceOptions {
  /** Path of the file (`.gz` and `.zst` are decompressed), or `-` for stdin. */
  readonly from: string
  /** Between two cells. @default what a separator line says; else the one of comma, semicolon, tab and `|` that the first lines show for certain */
  readonly delimiter?: string
  /** Of a file without a byte order mark, by any name iconv knows. @default UTF-8, or UTF-16 where the first lines show it */
  readonly encoding?: string
  /** Whether the first line names the columns. @default true */
  readonly header?: boolean
  /** The line that names the columns, from 1, where titles stand above it. @default the first, or the one that has all `columns` */
  readonly headerLine?: number
  /**
   * With a header: the columns wanted; they may be spelled with other case, spaces and signs in the file, all must be
   * there, and the others are left out. Without a header: the columns there are, in order. @default those of the header
   */
  readonly columns?: readonly string[]
  /** Whether a cell `="0012"`, which a spreadsheet keeps as a text, is read as that text. @default true */
  readonly excel?: boolean
  /** In place of the process's. */
  readonly stdin?: Readable
}

/**
 * Rows of a CSV file, every cell a text; `key` is the line a row begins on, as an editor shows it. Takes UTF-8 and UTF-16
 * with or without a byte order mark, and the Entra portal's templates as downloaded: the version line and the example row
 * are passed over, and a caption counts as the property in its brackets. Rows whose cells are all empty are passed over.
 * Holds 64 KiB of the file. A row with too few or too many cells, or with a zero byte in one, is a failed row, `ROW_INVALID`.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_MISSING`, `FILE_UNREADABLE`, `HEADER_INVALID`; `INPUT_MALFORMED` (facts: line, column) at a
 *   broken quote or bytes that are not of the encoding; `INPUT_CUT_OFF` when compressed data, or a character, ends early;
 *   `INPUT_CHANGED`
 */
export const csv = <Out extends Fields = Readonly<Record<string, string>>>(options: CsvSourceOptions): Source<Out> => {
  expectOptions('csv', options, {
    from: needed('the path of a file, or - for stdin'),
    delimiter: optional,
    encoding: someText,
    header: trueOrFalse,
    headerLine: optional,
    columns: someTexts,
    excel: trueOrFalse,
    stdin: optional,
  })
  const { from, delimiter, encoding, header = true, headerLine, columns, excel = true, stdin } = options
  const input = textInput(from, { encoding, stdin })
  const { name } = input

  const checkOptions = (): void => {
    if (delimiter !== undefined && (delimiter === '' || /["\r\n]/.test(delimiter)))
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected delimiter to be some characters without a quote or a line break, got ${JSON.stringify(delimiter)}`,
      )
    if (headerLine !== undefined && !(Number.isInteger(headerLine) && headerLine >= 1))
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected headerLine to be the number of a line, from 1, got ${JSON.stringify(headerLine)}`,
      )
    if (!header && headerLine !== undefined)
      throw new EntrapipeError(
        'OPTION_INVALID',
        'headerLine is for a file with a header; leave it out, or leave header out',
      )
    if (!header && !columns)
      throw new EntrapipeError(
        'OPTION_INVALID',
        'Expected columns to name the cells of a file without a header, got none',
      )
  }

  /** Stdin can be read only once: its header is known with its first row. */
  const columnsOf = async (ctx: Context): Promise<Columns | undefined> => {
    if (!header && columns) return { names: columns, closed: true }
    if (input.isStdin) return undefined
    const table = csvTable({ name, header, columns, excel })
    for await (const records of csvRecords(input.preview(ctx), { name, delimiter, header, headerLine, columns }))
      for (const record of records) {
        table.take(record)
        const names = table.names()
        if (names) return { names, closed: true }
      }
    return undefined
  }

  return {
    kind: 'csv',
    resumable: !input.isStdin,
    async check(ctx) {
      checkOptions()
      await input.check(ctx)
    },
    async describe(ctx) {
      const { stdin: _, ...given } = options
      return { kind: 'csv', ...given, ...(await input.describe(ctx)) } as Json
    },
    columns: async ctx => columnsOf(ctx),
    async *read(ctx, _shard, position) {
      checkOptions()
      const ignored = ignoredRecords()
      const table = csvTable({ name, header, columns, excel, ignored: ignored.add })
      const progress = rowsRead(input.isStdin, position)
      const layout = { name, delimiter, header, headerLine, columns, ignored: ignored.add }
      for await (const records of csvRecords(input.text(ctx), layout)) {
        const rows: Row<Out>[] = []
        for (const record of records) {
          const row = table.take(record)
          if (!row || !progress.isNew()) continue
          if ('value' in row) rows.push({ key: row.line, value: row.value as unknown as Out })
          else
            ctx.settled(
              {
                key: row.line,
                operation: 'csv',
                target: name,
                outcome: 'failed',
                code: 'ROW_INVALID',
                message: `Line ${row.line} of ${name} ${row.fault}`,
                fix: 'Correct the line in the file',
              },
              table.cellsOf(record),
            )
        }
        if (ignored.hasMore()) ctx.origin({ ignored: ignored.all() })
        if (progress.isPastStart) yield { rows, ...progress.position }
      }
      table.end()
      if (input.isStdin) ctx.origin({ completeness: 'unverified' })
    },
  }
}
