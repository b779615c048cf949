import type { Fields } from '../core/json.ts'
import type { Sink } from '../core/parts.ts'
import { expectOptions, oneOf, optional, someTexts, trueOrFalse } from '../data/expect-options.ts'
import { csvEncoder } from '../formats/csv-encoder.ts'
import type { CsvOptions } from '../formats/csv-dialect.ts'
import { namingColumns, textSink, textToOptions, type TextTo } from './text-sink.ts'

/** Options of `csv`. For how values are written see docs/values.md. */
export interface CsvSinkOptions extends CsvOptions, TextTo {
  /**
   * Properties to write, in this order; also the header. The run fails if no row has one, unless its name ends in `?`, which is
   * not written. @default those of the first row
   */
  readonly columns?: readonly string[]
}

/**
 * Writes rows as CSV (RFC 4180, UTF-8); see docs/values.md. Without `columns`, a later row with a column that the first row
 * did not have is rejected with `ROW_INVALID`, since the header is already written.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, `DISK_FULL`, `PARTIAL_CHANGED`
 */
export const csv = <In extends Fields = Fields>(options: CsvSinkOptions): Sink<In> => {
  expectOptions('csv', options, {
    ...textToOptions,
    delimiter: optional,
    header: trueOrFalse,
    bom: trueOrFalse,
    formulaGuard: trueOrFalse,
    excel: optional,
    quotes: oneOf('needed', 'all'),
    eol: oneOf('lf', 'crlf'),
    arraySeparator: optional,
    nulls: optional,
    columns: someTexts,
  })
  const { to, emptyColumns, stdout, ...given } = options
  const { reads, layout } = namingColumns(given)
  return textSink({
    kind: 'csv',
    to,
    format: 'csv',
    layout,
    reads,
    encoder: (saved, known) => csvEncoder(layout, saved, () => known?.()?.names),
    header: layout.header,
    emptyColumns,
    stdout,
  })
}
