import type { Sink } from '../core/parts.ts'
import { expectOptions, oneOf, optional, someTexts, trueOrFalse } from '../data/expect-options.ts'
import type { JsonOptions } from '../formats/json-text.ts'
import { jsonlEncoder } from '../formats/jsonl-encoder.ts'
import { trailerLine } from '../formats/trailer.ts'
import { namingColumns, textSink, textToOptions, type TextTo } from './text-sink.ts'

/** Options of `jsonl`. */
export interface JsonlSinkOptions extends JsonOptions, TextTo {
  /** Whether to end stdout with a trailer line; never written to a terminal. @default true */
  readonly trailer?: boolean
}

/**
 * Writes rows as JSON lines. On stdout the last line is the trailer, `{"$end":{"rows":3,"complete":true,"tenant":"…"}}`,
 * which tells the next command in a pipe that this one finished. It is written only on commit.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, `DISK_FULL`, `PARTIAL_CHANGED`
 */
export const jsonl = <In = unknown>(options: JsonlSinkOptions): Sink<In> => {
  expectOptions('jsonl', options, {
    ...textToOptions,
    eol: oneOf('lf', 'crlf'),
    columns: someTexts,
    emptyColumns: someTexts,
    trailer: trueOrFalse,
    stdout: optional,
  })
  const { to, emptyColumns, stdout, trailer = true, ...given } = options
  const { reads, layout } = namingColumns(given)
  return textSink({
    kind: 'jsonl',
    to,
    format: 'jsonl',
    layout,
    reads,
    encoder: saved => jsonlEncoder(layout, saved),
    emptyColumns,
    trailer: trailer ? trailerLine : undefined,
    stdout,
  })
}
