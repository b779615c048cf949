import { columnTypes, type ColumnType, type ColumnTypes } from '../core/column-type.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { Sink } from '../core/parts.ts'
import { expectOptions, isTexts, someTexts, type Expected } from '../data/expect-options.ts'
import { compressionOf } from '../formats/format-of.ts'
import type { parquetEncoder } from '../formats/parquet-encoder.ts'
import { namingColumns, textSink, textToOptions, type TextTo } from './text-sink.ts'

/** Options of `parquet`. */
export interface ParquetSinkOptions extends TextTo {
  /**
   * Columns to write, in this order. The run fails if no row has one, unless its name ends in `?`, which is not written.
   *
   * @default those of the rows, if they are known before the first one
   */
  readonly columns?: readonly string[]
  /** The types of columns by name; see docs/lakes.md. @default any */
  readonly types?: ColumnTypes
}

/** The types of columns, for `expectOptions`. */
export const typesOption: Expected = {
  mustBe: `the types of columns by name, each ${columnTypes.slice(0, -1).join(', ')} or ${columnTypes.at(-1)}`,
  fits: value =>
    isTexts(value) && Object.values(value as object).every(type => columnTypes.includes(type as ColumnType)),
}

/**
 * Writes rows as one Parquet file, compressed with zstd; see docs/lakes.md. The types of its columns depend only on the options: a row with a
 * value that does not fit its column is rejected, `ROW_INVALID`. It is resumed at most 500,000 rows back, because a checkpoint has the
 * metadata of all rows before it. Holds 5,000 rows.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, `DISK_FULL`, `PARTIAL_CHANGED`
 */
export const parquet = <In extends Fields = Fields>(options: ParquetSinkOptions): Sink<In> => {
  expectOptions('parquet', options, { ...textToOptions, columns: someTexts, types: typesOption })
  const { to, emptyColumns, stdout, ...given } = options
  if (compressionOf(to))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Parquet is compressed already. Name a file that ends in .parquet, not ${to}`,
    )
  const { reads, layout } = namingColumns(given)
  // Loaded only when Parquet is written: other exports start without it.
  let make: typeof parquetEncoder | undefined
  const load = async (): Promise<void> => {
    make ??= (await import('../formats/parquet-encoder.ts')).parquetEncoder
  }
  const sink = textSink<In>({
    kind: 'parquet',
    to,
    format: 'parquet',
    layout,
    reads,
    encoder: (saved, known) => make!(layout, saved, known),
    emptyColumns,
    stdout,
  })
  return {
    ...sink,
    async check(ctx) {
      await load()
      await sink.check!(ctx)
    },
    async open(...at) {
      await load()
      return sink.open(...at)
    },
  }
}
