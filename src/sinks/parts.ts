import type { ColumnTypes } from '../core/column-type.ts'
import type { Context } from '../core/context.ts'
import type { RowEncoder } from '../core/encoder.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Fields, Json } from '../core/json.ts'
import type { ObjectStore } from '../core/object-store.ts'
import { idsOfPart } from '../core/part-names.ts'
import type { Mark, Sink, Writer } from '../core/parts.ts'
import { expectOptions, needed, oneOf, optional, someTexts, type Expected } from '../data/expect-options.ts'
import { csvEncoder } from '../formats/csv-encoder.ts'
import type { CsvOptions } from '../formats/csv-dialect.ts'
import type { Compression } from '../formats/format-of.ts'
import { jsonlEncoder } from '../formats/jsonl-encoder.ts'
import { objectsAt } from '../places/objects-at.ts'
import { partFiles } from '../places/part-files.ts'
import { partsWriter } from './parts/parts-writer.ts'
import { idTexts, joinMarks, openShare, type OpenShare, type SavedParts } from './parts/share.ts'
import { typesOption } from './parquet.ts'
import { namingColumns } from './text-sink.ts'

/** Options of `parts`. */
export interface PartsSinkOptions {
  /** A folder. Ends in `/`. */
  readonly to: string
  readonly format: 'parquet' | 'jsonl' | 'csv'
  /** Compresses JSON lines and CSV. Parquet is compressed with zstd. */
  readonly compress?: Compression
  /**
   * Columns to write, in this order. The run fails if no row has one, unless its name ends in `?`, which is not written.
   *
   * @default those of the rows, which Parquet and CSV need to know before the first one
   */
  readonly columns?: readonly string[]
  /** The types of columns by name, for Parquet. @default any */
  readonly types?: ColumnTypes
  /** How CSV is written. */
  readonly csv?: CsvOptions
  /** Columns that the source never fills; the manifest lists them. */
  readonly emptyColumns?: readonly string[] | undefined
  /** Most rows of a part. @default 500,000 */
  readonly partRows?: number
  /** A part ends once it has so many bytes. @default 128 MiB */
  readonly partBytes?: number
  /** @default the folder that `to` names */
  readonly store?: ObjectStore
}

const atLeastOne: Expected = {
  mustBe: 'a whole number of at least 1',
  fits: value => Number.isSafeInteger(value) && (value as number) > 0,
}

const endings = { gzip: 'gz', zstd: 'zst' } as const

/**
 * Writes rows as part files of a folder: `part-<run>-00001.parquet`, each a whole file. `_manifest.json` names the parts of a load with their
 * rows, bytes and SHA-256. It is replaced at once, when all parts are there, and the parts of the load before are removed after that: see
 * docs/lakes.md. A run is resumed after the last part that is closed. Holds what the encoder holds.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `FILE_UNWRITABLE`, `DISK_FULL`, `PARTIAL_CHANGED`; `INPUT_MALFORMED` for a manifest that is none
 */
export const parts = <In extends Fields = Fields>(options: PartsSinkOptions): Sink<In> => {
  expectOptions('parts', options, {
    to: needed('a folder, with / at the end', value => typeof value === 'string' && /[^/]\/$/.test(value)),
    format: needed('parquet, jsonl or csv', value => ['parquet', 'jsonl', 'csv'].includes(value as string)),
    compress: oneOf('gzip', 'zstd'),
    columns: someTexts,
    types: typesOption,
    csv: optional,
    emptyColumns: someTexts,
    partRows: atLeastOne,
    partBytes: atLeastOne,
    store: optional,
  })
  const { to, format, compress, columns, types, csv, emptyColumns } = options
  const { partRows = 500_000, partBytes = 128 * 1024 * 1024, store = objectsAt(to) } = options
  if (format === 'parquet' && compress === 'gzip')
    throw new EntrapipeError('OPTION_INVALID', 'Parquet is compressed with zstd. Leave compress out.')
  const compression = format === 'parquet' ? undefined : compress
  const { reads, layout } = namingColumns({ ...(columns && { columns }) })
  const files = partFiles(store, to)
  const layoutFor = (ctx: Context | undefined): { readonly columns?: readonly string[] } => {
    if (format === 'jsonl' || layout.columns || !ctx) return layout
    // Each part has a header of its own, and all must have the same one.
    if (ctx.columns?.closed) return { columns: ctx.columns.names }
    throw new EntrapipeError(
      'OPTION_INVALID',
      'Parts with a header need the names of all columns before the first row',
      {
        fix: 'Name them: columns: [...] in a pipeline, or --select on the command line.',
      },
    )
  }
  const encoderFor = async (ctx?: Context): Promise<() => RowEncoder> => {
    const known = layoutFor(ctx)
    if (format === 'jsonl') return () => jsonlEncoder(known)
    if (format === 'csv') return () => csvEncoder({ ...csv, ...known })
    // Loaded only when Parquet is written.
    const { parquetEncoder } = await import('../formats/parquet-encoder.ts')
    return () => parquetEncoder({ ...known, ...(types && { types }) })
  }
  const opened = async (
    ctx: Context,
    from: Mark | undefined,
    like: string | undefined,
    share?: OpenShare,
  ): Promise<Writer<In>> => {
    const parts = {
      to,
      format: compression ? `${format}.${endings[compression]}` : format,
      compression,
      encoder: await encoderFor(ctx),
      emptyColumns,
      header: csv?.header,
      most: { rows: partRows, bytes: partBytes },
    }
    return partsWriter(ctx, { store, files, share }, parts, from, like)
  }
  const common = { kind: 'parts', place: files, ...(reads && { reads }) }
  return {
    ...common,
    async check(ctx) {
      const encoder = await encoderFor()
      encoder()
      await store.check(ctx)
      await files.manifest(ctx)
    },
    describe: async () =>
      given({ to, format, compression, ...layout, types, csv, partRows, partBytes }) as object as Json,
    open: opened,
    spreading: {
      share(of) {
        const { open, ...share } = openShare(of)
        return { ...share, sink: { ...common, open: (ctx, from, like) => opened(ctx, from, like, open) } }
      },
      async keysIn(ctx, mark) {
        const { parts, loose = [] } = mark as unknown as SavedParts
        const keys: (readonly string[])[] = []
        for (const name of [...parts.map(part => idsOfPart(part.name)), ...loose]) {
          const ids = await store.get(ctx, name)
          if (!ids) return undefined
          keys.push(idTexts(ids))
        }
        for (const { name, version } of parts) if ((await store.versionOf(ctx, name)) !== version) return undefined
        return keys.flat()
      },
      join: joinMarks,
    },
  }
}
