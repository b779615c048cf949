import { createHash } from 'node:crypto'
import type { Context } from '../../core/context.ts'
import type { Reject, RowEncoder } from '../../core/encoder.ts'
import type { ObjectStore } from '../../core/object-store.ts'
import type { Projection } from '../../core/projection.ts'
import type { Row } from '../../core/row.ts'
import { compressor } from '../../formats/compress.ts'
import type { Compression } from '../../formats/format-of.ts'
import { gather } from '../../formats/gather.ts'

/** A part that is closed and safe. */
export type Part = {
  readonly name: string
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
  /** As the place names its state: see `ObjectUpload.finish`. */
  readonly version: string
}

/** A part being written. It is closed or aborted. */
export interface PartWriter extends Pick<RowEncoder, 'columns' | 'types'> {
  readonly rows: number
  /** Bytes so far, without those that are held back. */
  readonly bytes: number
  write(rows: readonly Row<unknown>[], reject: Reject): Promise<void>
  /** Writes rows that are not made yet; false, and nothing is written, if one of them cannot be. */
  project(rows: readonly Row<unknown>[], columns: Projection): Promise<boolean>
  close(): Promise<Part>
  abort(): Promise<void>
}

interface PartOptions {
  readonly store: ObjectStore
  readonly name: string
  readonly encoder: RowEncoder
  readonly compression: Compression | undefined
  readonly like: string | undefined
}

/** Begins a part: a whole file, with a header and an end of its own. */
export const partWriter = async (
  ctx: Context,
  { store, name, encoder, compression, like }: PartOptions,
): Promise<PartWriter> => {
  const upload = await store.upload(ctx, name, { like })
  const hash = createHash('sha256')
  let bytes = 0
  const send = async (piece: Uint8Array): Promise<void> => {
    await upload.append(piece)
    hash.update(piece)
    bytes += piece.length
  }
  const gathered = gather({ send, compressor: compression && compressor(compression) })
  let encode: ReturnType<NonNullable<RowEncoder['project']>> | null = null
  return {
    get rows() {
      return encoder.written
    },
    get bytes() {
      return bytes
    },
    get columns() {
      return encoder.columns
    },
    get types() {
      return encoder.types
    },
    write: async (rows, reject) => gathered.add(encoder.rows(rows, reject)),
    async project(rows, columns) {
      if (encode === null) encode = encoder.project?.(columns)
      const encoded = encode?.(rows)
      if (encoded === undefined) return false
      await gathered.add(encoded)
      return true
    },
    async close() {
      for (const piece of await gathered.end(encoder.end())) await send(piece)
      gathered.close()
      const sha256 = hash.digest('hex')
      return { name, rows: encoder.written, bytes, sha256, version: await upload.finish(sha256) }
    },
    async abort() {
      gathered.close()
      await upload.abort()
    },
  }
}
