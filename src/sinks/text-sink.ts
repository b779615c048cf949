import type { Writable } from 'node:stream'
import { named, type Columns, type NamedColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import type { Reject, RowEncoder } from '../core/encoder.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Fields, Json } from '../core/json.ts'
import type { FileFacts, Manifest } from '../core/manifest.ts'
import type { Mark, Sink, Writer } from '../core/parts.ts'
import type { Place, PlacedFile, PlaceMark } from '../core/place.ts'
import type { Projection } from '../core/projection.ts'
import type { Row } from '../core/row.ts'
import { needed, optional, someTexts } from '../data/expect-options.ts'
import { blankColumns } from '../formats/blank-columns.ts'
import { compressor, setupOf } from '../formats/compress.ts'
import { compressionOf, formatName, type Compression } from '../formats/format-of.ts'
import { gather } from '../formats/gather.ts'
import { placeTo } from '../places/place-to.ts'

/** Options common to the csv, jsonl and json sinks: where to write. */
export interface TextTo {
  /** Path of the file (`.gz` and `.zst` compress it), or `-` for stdout. */
  readonly to: string
  /** Columns that the source never fills; the manifest lists them. */
  readonly emptyColumns?: readonly string[] | undefined
  /** @default `process.stdout` */
  readonly stdout?: Writable | undefined
}

/** The options of `TextTo`, for `expectOptions`. */
export const textToOptions = {
  to: needed('the path of a file, or - for stdout'),
  emptyColumns: someTexts,
  stdout: optional,
}

/**
 * Returns a layout with the names of its columns as they are written, and the columns that rows must have.
 */
export const namingColumns = <L extends { readonly columns?: readonly string[] }>(
  given: L,
): { readonly layout: L; readonly reads?: readonly NamedColumn[] } => {
  const reads = given.columns?.map(named)
  return reads ? { layout: { ...given, columns: reads.map(({ name }) => name) }, reads } : { layout: given }
}

/** Options of `textSink`. */
export interface TextSinkOptions extends TextTo {
  readonly kind: string
  /** The required file extension, before `.gz` or `.zst`; also the format in the manifest. */
  readonly format: string
  /** The layout options, as JSON; part of the run's identity. */
  readonly layout?: object
  /**
   * @param saved the result of `save` at the checkpoint that the run resumes from
   * @param known the columns of the rows, as far as they are known without a row
   */
  readonly encoder: (saved?: Json, known?: () => Columns | undefined) => RowEncoder
  /** Columns that rows must have, unless they are optional. */
  readonly reads?: readonly NamedColumn[] | undefined
  /** False if a format with columns is written without a header. */
  readonly header?: boolean | undefined
  /** Makes the last line on stdout. */
  readonly trailer?: ((written: number, manifest: Manifest | undefined) => string) | undefined
  /** @default the file, or stdout, that `to` names */
  readonly place?: Place
}

interface SavedMark {
  readonly place: PlaceMark
  readonly encoder: Json
  readonly bytes: number
  readonly blank?: readonly string[]
  /** Compression settings of the partial. */
  readonly compression?: string
}

/**
 * A sink that writes the output of an encoder to a file or stdout, with compression, checkpoints and resuming. The shared
 * half of csv, jsonl and json.
 *
 * A file is named `<name>.partial` until commit, and each checkpoint is flushed to disk before it is saved. Output to
 * stdout cannot be undone, so such a run is not resumable. Holds 256 KiB and what the encoder holds.
 *
 * @throws EntrapipeError `OPTION_INVALID` if the file name has another extension
 */
export const textSink = <In = Fields>(options: TextSinkOptions): Sink<In> => {
  const { kind, to, layout, reads = [], encoder, stdout } = options
  const place = options.place ?? placeTo(to, stdout)
  const made = { ...options, format: formatName(options.format, to), compression: compressionOf(to) }
  return {
    kind,
    resumable: place.resumable ?? true,
    place,
    reads,
    async check(ctx) {
      encoder()
      await place.check(ctx)
    },
    describe: async () => ({ to, ...layout }) as Json,
    open: (ctx, from, like) => textWriter(ctx, place, made, from as SavedMark | undefined, like),
  }
}

type Made = TextSinkOptions & { readonly compression: Compression | undefined }

const textWriter = async <In>(
  ctx: Context,
  place: Place,
  options: Made,
  from: SavedMark | undefined,
  like: string | undefined,
): Promise<Writer<In>> => {
  const { kind, trailer } = options
  if (from) expectSame(from, options)
  const rows = options.encoder(from?.encoder, () => ctx.columns)
  const out = await place.open(ctx, { ...(from && { from: from.place }), ...given({ like }) })
  const { compression } = options
  const gathered = gather({
    send: bytes => out.append(bytes),
    behind: true,
    compressor: compression && compressor(compression),
    bytes: from?.bytes,
  })
  const blank = blankColumns(options.emptyColumns, from?.blank)
  const reject = refusal(ctx, kind)
  const isLive = place.resumable === false
  /** By cut, until the place has flushed it to disk. */
  const waiting = new Map<number, Omit<SavedMark, 'place'>>()
  let safe: { readonly mark: Mark; readonly cut: number } = { mark: {}, cut: 0 }

  const writeRows: Write = async some => {
    await gathered.add(rows.rows(some, reject))
    blank.see(some, rows.columns)
  }
  let write = writeRows
  let projected: Projection | undefined

  return {
    project({ columns, rows: made }) {
      projected = columns
      const encode = rows.project?.(columns)
      const reads = new Map(columns.map(({ name, read }) => [name, read]))
      write = async some => {
        const encoded = encode?.(some)
        if (encoded === undefined) return writeRows(await made(some))
        await gathered.add(encoded)
        blank.see(some, rows.columns, (row, column) => reads.get(column)?.(row))
      }
    },
    unparsed() {
      const encode = rows.unparsed?.(projected)
      if (!encode) return undefined
      return async json => {
        const encoded = encode(json)
        if (encoded === undefined) return false
        await gathered.add(encoded)
        if (rows.columns) blank.seeUnparsed(json, rows.columns, projected)
        if (isLive) await gathered.flush()
        return true
      }
    },
    async write(page) {
      const { rowsAtOnce = page.length } = rows
      for (let at = 0; at < page.length; at += rowsAtOnce) await write(page.slice(at, at + rowsAtOnce))
      if (isLive) await gathered.flush()
    },
    async checkpoint(cut) {
      await gathered.add(rows.flush?.() ?? '')
      const encoder = rows.save()
      if (encoder === undefined) return safe
      await gathered.cut()
      const left = blank.left()
      const setup = setupOf(compression)
      waiting.set(cut, {
        encoder,
        bytes: gathered.bytes,
        ...given({ blank: left, compression: setup }),
      })
      const reached = await out.mark(cut, rows.written)
      const saved = waiting.get(reached.cut)
      if (saved) safe = { mark: { place: reached.mark, ...saved } as Mark, cut: reached.cut }
      for (const known of waiting.keys()) if (known <= reached.cut) waiting.delete(known)
      return safe
    },
    async finish() {
      const placed = await out.finish(await gathered.end(rows.end()), rows.written)
      return placed.map(file => factsOf(file, options, rows, blank.left()))
    },
    async close(end, manifest) {
      gathered.close()
      await out.close(end, {
        ...(manifest && { manifest: `${JSON.stringify(manifest, undefined, 2)}\n` }),
        ...(trailer && end === 'commit' && { trailer: trailer(rows.written, manifest) }),
      })
    },
  }
}

type Write = (rows: readonly Row<unknown>[]) => Promise<void>

/** @throws EntrapipeError `PARTIAL_CHANGED` if an earlier version wrote the partial with other settings */
const expectSame = (from: SavedMark, { to, compression }: Made): void => {
  if ('place' in from && from.compression === setupOf(compression)) return
  const why = 'place' in from ? ' without checksums' : ''
  throw new EntrapipeError(
    'PARTIAL_CHANGED',
    `An earlier version of entrapipe wrote ${to}${why}, so the run cannot be resumed`,
    {
      facts: { path: to },
      fix: 'Start over with --fresh.',
    },
  )
}

/** Reports rows that the sink cannot write as failed, `ROW_INVALID`. */
const refusal =
  (ctx: Context, operation: string): Reject =>
  (row, message, fix) =>
    ctx.settled({ key: row.key, operation, outcome: 'failed', code: 'ROW_INVALID', message, fix })

/** The manifest entry of a file. */
const factsOf = (
  { path, rows, bytes, sha256 }: PlacedFile,
  { format, header, emptyColumns }: TextSinkOptions,
  { columns, types }: RowEncoder,
  blank: readonly string[] = [],
): FileFacts => ({
  path,
  format,
  rows,
  bytes,
  ...given({ sha256, columns, types }),
  ...(header === false && { header }),
  ...(emptyColumns && emptyColumns.length > 0 && { emptyColumns }),
  ...(blank.length > 0 && { blankColumns: blank }),
})
