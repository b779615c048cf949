import type { Writable } from 'node:stream'
import type { Context } from '../core/context.ts'
import type { Compressor, Refuse, RowEncoder } from '../core/encoder.ts'
import type { Json } from '../core/json.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'

/** What a sink of one text is made of. */
export interface TextSinkOptions {
  readonly kind: string
  /** Path of a file, or `-` for stdout. */
  readonly to: string
  /** As the manifest names it: `csv`, `jsonl.zst`. */
  readonly format: string
  readonly describe: Json
  readonly encoder: (saved?: Json) => RowEncoder
  readonly compressor?: (() => Compressor) | undefined
  /** False where a format with columns does not name them first. */
  readonly header?: boolean | undefined
  /** Columns that are always empty; they are only told on. */
  readonly emptyColumns?: readonly string[] | undefined
  /** What ends the text on stdout, from what the run knows by then. */
  readonly trailer?: ((written: number, manifest: Manifest | undefined) => string) | undefined
  readonly stdout?: Writable | undefined
}

/** Records rows that a sink cannot write as failed, `ROW_INVALID`. */
export const refusal =
  (ctx: Context, operation: string): Refuse =>
  (row, message, fix) =>
    ctx.settled({ key: row.key, operation, outcome: 'failed', code: 'ROW_INVALID', message, fix })

/** What was written, for the manifest. */
export const factsOf = (
  { to, format, header, emptyColumns }: TextSinkOptions,
  { written, columns }: RowEncoder,
  size: { readonly bytes: number; readonly sha256?: string },
  blank: readonly string[] = [],
): FileFacts => ({
  path: to,
  format,
  rows: written,
  ...size,
  ...(columns && { columns }),
  ...(header === false && { header }),
  ...(emptyColumns && emptyColumns.length > 0 && { emptyColumns }),
  ...(blank.length > 0 && { blankColumns: blank }),
})
