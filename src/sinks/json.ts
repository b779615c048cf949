import type { Writable } from 'node:stream'
import type { Sink } from '../core/parts.ts'
import { expectOptions, needed, optional } from '../data/expect-options.ts'
import { compressor } from '../formats/compress.ts'
import { compressionOf, formatName } from '../formats/format-of.ts'
import { jsonEncoder } from '../formats/json-encoder.ts'
import type { JsonOptions } from '../formats/json-text.ts'
import { textSink } from '../places/text-sink.ts'

/** Options of `json`. */
export interface JsonSinkOptions extends JsonOptions {
  /** Path of the file, `.gz` and `.zst` compress; `-` is stdout. */
  readonly to: string
  /** Those of `columns` that the source never gives; the manifest names them. */
  readonly emptyColumns?: readonly string[]
  /** In place of the process's. */
  readonly stdout?: Writable
}

/**
 * Rows to one JSON array, an item a line. It is valid JSON once it is committed.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, `DISK_FULL`, `PARTIAL_CHANGED`
 */
export const json = <In = unknown>(options: JsonSinkOptions): Sink<In> => {
  expectOptions('json', options, {
    to: needed('the path of a file, or - for stdout'),
    eol: optional,
    columns: optional,
    emptyColumns: optional,
    stdout: optional,
  })
  const { to, emptyColumns, stdout, ...layout } = options
  const compression = compressionOf(to)
  return textSink({
    kind: 'json',
    to,
    format: formatName('json', to),
    describe: { kind: 'json', to, ...layout },
    encoder: saved => jsonEncoder(layout, saved),
    compressor: compression && (() => compressor(compression)),
    emptyColumns,
    stdout,
  })
}
