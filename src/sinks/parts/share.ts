import type { Mark, SharedSink } from '../../core/parts.ts'
import type { PartShare } from '../../core/part-names.ts'
import { bytesPerId, writeId, wordsPerId } from '../../store/id-words.ts'
import type { FileFacts } from '../../core/manifest.ts'
import type { Part } from './part-writer.ts'

/** Where a run is resumed: after these parts. */
export type SavedParts = {
  readonly parts: readonly Part[]
  readonly blank?: readonly string[]
  readonly kinds?: Pick<FileFacts, 'columns' | 'types'>
  /** Files with ids of rows of which nothing was written. */
  readonly loose?: readonly string[]
}

/** A shard that is written, with the ids that were read since its last part ended. */
export interface OpenShare extends PartShare {
  /** The ids in order, 16 bytes each. Later ones belong to the next part. */
  takeIds(): Uint8Array
  hasIds(): boolean
  /** Called once all its parts are closed. */
  ended(mark: SavedParts): void
}

/** Collects what belongs to a shard. */
export const openShare = (share: PartShare): { readonly open: OpenShare } & Omit<SharedSink<never>, 'sink'> => {
  let ids: string[] = []
  let mark: Mark | undefined
  return {
    open: {
      ...share,
      takeIds() {
        const words = new Uint32Array(ids.length * wordsPerId)
        ids.forEach((id, at) => writeId(id, words, at * wordsPerId))
        ids = []
        return inOrder(new Uint8Array(words.buffer))
      },
      hasIds: () => ids.length > 0,
      ended: last => void (mark = last as unknown as Mark),
    },
    reading(keys) {
      for (const key of keys) ids.push(String(key))
    },
    mark: () => mark!,
  }
}

const inOrder = (bytes: Uint8Array): Uint8Array => {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const each = Array.from({ length: all.length / bytesPerId }, (_, at) =>
    all.subarray(at * bytesPerId, (at + 1) * bytesPerId),
  )
  return Buffer.concat(each.sort(Buffer.compare))
}

/** The ids as texts that are written as the same 16 bytes. */
export const idTexts = (bytes: Uint8Array): readonly string[] => {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return Array.from({ length: bytes.length / bytesPerId }, (_, at) => {
    const id = hex.slice(at * 32, (at + 1) * 32)
    return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`
  })
}

/** What several machines have written, as one load. The columns that are blank are so in each shard. */
export const joinMarks = (marks: readonly Mark[]): Mark => {
  const all = marks as unknown as readonly SavedParts[]
  const blanks = all.flatMap(({ blank }) => (blank ? [blank] : []))
  const blank = blanks[0]?.filter(column => blanks.every(each => each.includes(column)))
  const kinds = all.find(({ parts }) => parts.length > 0)?.kinds
  return {
    ...{ parts: all.flatMap(({ parts }) => parts), loose: all.flatMap(({ loose = [] }) => loose) },
    ...(blank && { blank }),
    ...(kinds && { kinds }),
  } as unknown as Mark
}
