import type { Context } from '../../core/context.ts'
import type { Reject, RowEncoder } from '../../core/encoder.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { FileFacts } from '../../core/manifest.ts'
import type { ObjectStore } from '../../core/object-store.ts'
import {
  idsOfPart,
  numberOfPart,
  partName,
  partsManifest,
  runOfPart,
  shardOfPart,
  sharedPartName,
} from '../../core/part-names.ts'
import type { Mark, Writer } from '../../core/parts.ts'
import type { Projected } from '../../core/projection.ts'
import type { Row } from '../../core/row.ts'
import { blankColumns } from '../../formats/blank-columns.ts'
import type { Compression } from '../../formats/format-of.ts'
import { partsIn, type PartFiles } from '../../places/part-files.ts'
import { partWriter, type Part, type PartWriter } from './part-writer.ts'
import type { OpenShare, SavedParts } from './share.ts'

/** How parts are written. */
interface PartsOptions {
  /** As given; ends in `/`. */
  readonly to: string
  /** Format in the manifest, and the ending of names: `parquet`, `csv.gz`. */
  readonly format: string
  readonly compression: Compression | undefined
  readonly encoder: () => RowEncoder
  readonly emptyColumns: readonly string[] | undefined
  readonly header: boolean | undefined
  /** A part ends at so many rows, or once it has so many bytes. */
  readonly most: Size
}

interface Size {
  readonly rows: number
  readonly bytes: number
}

const nothing: Size = { rows: 0, bytes: 0 }

/** As many rows as a page of Graph has. */
const rowsAtOnce = 1_000

/**
 * Writes rows to parts. A part ends at a cut, if it would be too large at the next one, so that the run can be resumed after it. Between
 * cuts it ends where it is full. A mark has only parts that are closed: the rows of an open one are read again.
 */
export const partsWriter = async <In>(
  ctx: Context,
  {
    store,
    files,
    share,
  }: { readonly store: ObjectStore; readonly files: PartFiles; readonly share?: OpenShare | undefined },
  { to, format, compression, encoder, emptyColumns, header, most }: PartsOptions,
  from: Mark | undefined,
  like: string | undefined,
): Promise<Writer<In>> => {
  const saved = (from as SavedParts | undefined) ?? { parts: [] }
  const parts: Part[] = [...saved.parts]
  const loose = [...(saved.loose ?? [])]
  for (const { name, version } of parts) if ((await store.versionOf(ctx, name)) !== version) throw changed(to + name)
  await files.removeOwn(ctx, [...parts.map(({ name }) => name), ...(saved.loose ?? [])], share?.shard)
  // Parts that the manifest names are in use, also if this run wrote them before.
  const used = [...partsIn(await files.manifest(ctx)), ...parts].filter(
    ({ name }) => runOfPart(name) === ctx.run && shardOfPart(name) === share?.shard,
  )
  let number = Math.max(0, ...used.map(({ name }) => numberOfPart(name)))
  const blank = blankColumns(emptyColumns, saved.blank)
  const reject: Reject = (row, message, fix) =>
    ctx.settled({ key: row.key, operation: 'parts', outcome: 'failed', code: 'ROW_INVALID', message, fix })
  let open: PartWriter | undefined
  let kinds: Pick<FileFacts, 'columns' | 'types'> = saved.kinds ?? {}
  let projected: Projected | undefined
  let safe: { readonly mark: Mark; readonly cut: number } = { mark: { parts: [] }, cut: 0 }
  let sinceCut = nothing
  let sinceMark = nothing

  const begin = async (): Promise<PartWriter> => {
    if (open) return open
    number++
    const name = share ? sharedPartName(ctx.run, share, number, format) : partName(ctx.run, number, format)
    open = await partWriter(ctx, { store, name, encoder: encoder(), compression, like })
    return open
  }

  const end = async (): Promise<void> => {
    const part = await open!.close()
    if (share) await store.put(ctx, idsOfPart(part.name), share.takeIds(), { like })
    kinds = given({ columns: open!.columns, types: open!.types })
    open = undefined
    parts.push(part)
  }

  /** Calls `write` with as many rows as the open part takes, and ends it when it is full. */
  const inParts = async (
    rows: readonly Row<unknown>[],
    write: (part: PartWriter, some: readonly Row<unknown>[]) => Promise<void>,
  ): Promise<void> => {
    for (let at = 0; at < rows.length;) {
      const part = await begin()
      const before = sizeOf(part)
      const some = rows.slice(at, at + Math.min(rowsAtOnce, most.rows - part.rows))
      at += some.length
      await write(part, some)
      const added = minus(sizeOf(part), before)
      sinceCut = plus(sinceCut, added)
      sinceMark = plus(sinceMark, added)
      if (isFull(sizeOf(part), most)) await end()
    }
  }

  const writeRows = (rows: readonly Row<unknown>[]): Promise<void> =>
    inParts(rows, async (part, some) => {
      await part.write(some, reject)
      blank.see(some, part.columns)
    })

  const writeProjected = async (rows: readonly Row<unknown>[], { columns, rows: made }: Projected): Promise<void> => {
    const reads = new Map(columns.map(({ name, read }) => [name, read]))
    await inParts(rows, async (part, some) => {
      if (await part.project(some, columns))
        return blank.see(some, part.columns, (row, column) => reads.get(column)?.(row))
      // Never more rows than there were, so they fit into the part.
      const rows = await made(some)
      await part.write(rows, reject)
      blank.see(rows, part.columns)
    })
  }

  /** The ids of rows of which no part is open. */
  const endIds = async (): Promise<void> => {
    if (!share?.hasIds()) return
    const name = idsOfPart(sharedPartName(ctx.run, share, ++number, format))
    await store.put(ctx, name, share.takeIds(), { like })
    loose.push(name)
  }

  const markNow = (): SavedParts => ({
    parts: [...parts],
    ...given({ blank: blank.left() }),
    ...(share && { kinds, loose: [...loose] }),
  })

  /** Another run, of another machine, may have replaced the load meanwhile, and removed the parts of this one. */
  const expectAll = async (): Promise<void> => {
    const sizes = new Map<string, number>()
    for await (const { name, bytes, unfinished } of store.list(ctx)) if (!unfinished) sizes.set(name, bytes)
    for (const { name, bytes } of parts) if (sizes.get(name) !== bytes) throw changed(to + name)
  }

  return {
    project: columns => void (projected = columns),
    write: page => (projected ? writeProjected(page, projected) : writeRows(page)),
    async checkpoint(cut) {
      const atNextCut = open ? plus(sizeOf(open), sinceCut) : nothing
      sinceCut = nothing
      if (open && open.rows > 0) {
        if (!exceeds(atNextCut, most) && !isFull(sinceMark, most)) return safe
        await end()
      }
      sinceMark = nothing
      await endIds()
      safe = { mark: markNow(), cut }
      return safe
    },
    async finish() {
      // A load without rows has a part, too: readers find its columns there.
      if (parts.length === 0 && !share) await begin()
      if (open && (open.rows > 0 || parts.length === 0)) await end()
      await endIds()
      share?.ended(markNow())
      const left = blank.left() ?? []
      return parts.map(({ version: _, ...part }): FileFacts => ({
        path: to + part.name,
        format,
        ...part,
        ...kinds,
        ...(header === false && { header }),
        ...(emptyColumns && emptyColumns.length > 0 && { emptyColumns }),
        ...(left.length > 0 && { blankColumns: left }),
      }))
    },
    async close(how, manifest) {
      const unfinished = open
      open = undefined
      await unfinished?.abort()
      if (how === 'abort') await files.removeOwn(ctx, [], share?.shard)
      if (how !== 'commit') return
      await expectAll()
      await store.put(ctx, partsManifest, Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`), { like })
      await files.removeUnnamed(ctx)
    },
  }
}

const sizeOf = ({ rows, bytes }: Size): Size => ({ rows, bytes })
const plus = (one: Size, other: Size): Size => ({ rows: one.rows + other.rows, bytes: one.bytes + other.bytes })
const minus = (one: Size, other: Size): Size => ({ rows: one.rows - other.rows, bytes: one.bytes - other.bytes })
const isFull = (size: Size, most: Size): boolean => size.rows >= most.rows || size.bytes >= most.bytes
const exceeds = (size: Size, most: Size): boolean => size.rows > most.rows || size.bytes > most.bytes

const changed = (path: string): EntrapipeError =>
  new EntrapipeError('PARTIAL_CHANGED', `${path} is missing or was changed, so the run cannot be resumed`, {
    facts: { path },
    fix: 'Start over with --fresh.',
  })
