import type { Sink } from '../core/parts.ts'
import { expectOptions, oneOf, someTexts } from '../data/expect-options.ts'
import { jsonEncoder } from '../formats/json-encoder.ts'
import type { JsonOptions } from '../formats/json-text.ts'
import { namingColumns, textSink, textToOptions, type TextTo } from './text-sink.ts'

/** Options of `json`. */
export interface JsonSinkOptions extends JsonOptions, TextTo {}

/**
 * Writes rows as a JSON array with one item per line. The output is valid JSON after commit.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, `DISK_FULL`, `PARTIAL_CHANGED`
 */
export const json = <In = unknown>(options: JsonSinkOptions): Sink<In> => {
  expectOptions('json', options, {
    ...textToOptions,
    eol: oneOf('lf', 'crlf'),
    columns: someTexts,
  })
  const { to, emptyColumns, stdout, ...given } = options
  const { reads, layout } = namingColumns(given)
  return textSink({
    kind: 'json',
    to,
    format: 'json',
    layout,
    reads,
    encoder: saved => jsonEncoder(layout, saved),
    emptyColumns,
    stdout,
  })
}
