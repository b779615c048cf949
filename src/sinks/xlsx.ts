import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { Sink } from '../core/parts.ts'
import { expectOptions, someText, someTexts } from '../data/expect-options.ts'
import { compressionOf } from '../formats/format-of.ts'
import { xlsxEncoder, type XlsxOptions } from '../formats/xlsx/xlsx-encoder.ts'
import { namingColumns, textSink, textToOptions, type TextTo } from './text-sink.ts'

/** Options of `xlsx`. */
export interface XlsxSinkOptions extends XlsxOptions, TextTo {
  /**
   * Properties to write, in this order; also the header. The run fails if no row has one, unless its name ends in `?`, which is
   * not written. @default those of the first row
   */
  readonly columns?: readonly string[]
}

/**
 * Writes rows to an Excel workbook with one sheet, `Sheet1`, whose header stays in view. Texts, so ids and telephone numbers,
 * are text cells; numbers of at most 15 digits and booleans are what they are; all else is written as in CSV, see
 * docs/values.md. Without `columns`, a later row with a column that the first row did not have is rejected with `ROW_INVALID`,
 * and so is a text of more than 32,767 characters. An interrupted run is resumed as with the other formats.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, `DISK_FULL`, `PARTIAL_CHANGED`; `WRITE_FAILED` after 1,048,575
 *   rows
 */
export const xlsx = <In extends Fields = Fields>(options: XlsxSinkOptions): Sink<In> => {
  expectOptions('xlsx', options, {
    ...textToOptions,
    arraySeparator: someText,
    nulls: { mustBe: 'text', fits: value => typeof value === 'string' },
    columns: someTexts,
  })
  const { to, emptyColumns, stdout, ...given } = options
  if (compressionOf(to))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `A workbook is compressed already. Name a file that ends in .xlsx, not ${to}`,
    )
  const { reads, layout } = namingColumns(given)
  return textSink({
    kind: 'xlsx',
    to,
    format: 'xlsx',
    layout,
    reads,
    encoder: (saved, known) => xlsxEncoder(layout, saved, () => known?.()?.names),
    emptyColumns,
    stdout,
  })
}
