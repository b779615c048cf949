import type { Writable } from 'node:stream'
import type { Fields } from '../core/json.ts'
import type { Sink } from '../core/parts.ts'
import { expectOptions, needed, optional } from '../data/expect-options.ts'
import { compressor } from '../formats/compress.ts'
import { csvEncoder } from '../formats/csv-encoder.ts'
import type { CsvOptions } from '../formats/csv-dialect.ts'
import { compressionOf, formatName } from '../formats/format-of.ts'
import { textSink } from '../places/text-sink.ts'

/** Options of `csv`; docs/values.md says how values are written. */
export interface CsvSinkOptions extends CsvOptions {
  /** Path of the file, `.gz` and `.zst` compress; `-` is stdout. */
  readonly to: string
  /** Properties to write, in this order; their names are the header. @default those of the first row */
  readonly columns?: readonly string[]
  /** Those of `columns` that the source never gives; the manifest names them. */
  readonly emptyColumns?: readonly string[]
  /** In place of the process's. */
  readonly stdout?: Writable
}

/**
 * Rows to CSV (RFC 4180, UTF-8); how values are written is docs/values.md. Without `columns` a later row with a column
 * that the first did not have is a failed row, `ROW_INVALID`: the header stands already.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, `DISK_FULL`, `PARTIAL_CHANGED`
 */
export const csv = <In extends Fields = Fields>(options: CsvSinkOptions): Sink<In> => {
  expectOptions('csv', options, {
    to: needed('the path of a file, or - for stdout'),
    delimiter: optional,
    header: optional,
    bom: optional,
    formulaGuard: optional,
    quotes: optional,
    eol: optional,
    arraySeparator: optional,
    nulls: optional,
    columns: optional,
    emptyColumns: optional,
    stdout: optional,
  })
  const { to, emptyColumns, stdout, ...layout } = options
  const compression = compressionOf(to)
  return textSink({
    kind: 'csv',
    to,
    format: formatName('csv', to),
    describe: { kind: 'csv', to, ...layout },
    encoder: saved => csvEncoder(layout, saved),
    compressor: compression && (() => compressor(compression)),
    header: layout.header,
    emptyColumns,
    stdout,
  })
}
