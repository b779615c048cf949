import type { Writable } from 'node:stream'
import type { Sink } from '../core/parts.ts'
import { expectOptions, needed, optional } from '../data/expect-options.ts'
import { compressor } from '../formats/compress.ts'
import { compressionOf, formatName } from '../formats/format-of.ts'
import type { JsonOptions } from '../formats/json-text.ts'
import { jsonlEncoder } from '../formats/jsonl-encoder.ts'
import { trailerLine } from '../formats/trailer.ts'
import { textSink } from '../places/text-sink.ts'

/** Options of `jsonl`. */
export interface JsonlSinkOptions extends JsonOptions {
  /** Path of the file, `.gz` and `.zst` compress; `-` is stdout. */
  readonly to: string
  /** Those of `columns` that the source never gives; the manifest names them. */
  readonly emptyColumns?: readonly string[]
  /** Whether stdout ends with a trailer line; a terminal never shows it. @default true */
  readonly trailer?: boolean
  /** In place of the process's. */
  readonly stdout?: Writable
}

/**
 * Rows to JSON lines. On stdout the last line is the trailer, `{"$end":{"rows":3,"complete":true,"tenant":"…"}}`, so that
 * the next command of a pipe knows that this one did not die; it is only written on commit.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, `DISK_FULL`, `PARTIAL_CHANGED`
 */
export const jsonl = <In = unknown>(options: JsonlSinkOptions): Sink<In> => {
  expectOptions('jsonl', options, {
    to: needed('the path of a file, or - for stdout'),
    eol: optional,
    columns: optional,
    emptyColumns: optional,
    trailer: optional,
    stdout: optional,
  })
  const { to, emptyColumns, stdout, trailer = true, ...layout } = options
  const compression = compressionOf(to)
  return textSink({
    kind: 'jsonl',
    to,
    format: formatName('jsonl', to),
    describe: { kind: 'jsonl', to, ...layout },
    encoder: saved => jsonlEncoder(layout, saved),
    compressor: compression && (() => compressor(compression)),
    emptyColumns,
    trailer: trailer ? trailerLine : undefined,
    stdout,
  })
}
