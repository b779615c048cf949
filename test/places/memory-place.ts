import { createHash } from 'node:crypto'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Place, PlaceMark } from '../../src/core/place.ts'

/** A store of blobs. It outlives the processes that write to it. */
interface BlobStore {
  /** Uploaded blocks, not committed yet, by blob and id. */
  readonly staged: Map<string, Map<number, Buffer>>
  readonly published: Map<string, { readonly bytes: Buffer; readonly manifest: string | undefined }>
}

export const blobStore = (): BlobStore => ({ staged: new Map(), published: new Map() })

const leastBytes = 2000

/**
 * A blob of blocks with a minimum size. An upload is only confirmed one cut later, so a mark is a list of blocks and
 * usually belongs to an older cut than requested.
 */
export const memoryPlace = ({ staged, published }: BlobStore, name: string): Place => ({
  target: () => `memory:${name}`,
  check: async () => undefined,
  async open(_ctx, { from } = {}) {
    const kept = (from ?? []) as readonly number[]
    const blocks = staged.get(name) ?? new Map<number, Buffer>()
    if (kept.some(id => !blocks.has(id)))
      throw new EntrapipeError('PARTIAL_CHANGED', `Blocks of ${name} are missing`, { fix: 'Start over with --fresh.' })
    for (const id of blocks.keys()) if (!kept.includes(id)) blocks.delete(id)
    staged.set(name, blocks)
    let pending: Buffer[] = []
    let uploading: { mark: PlaceMark; cut: number } | undefined
    let safe: { mark: PlaceMark; cut: number } = { mark: [], cut: 0 }
    const stage = (): void => {
      blocks.set(Math.max(0, ...blocks.keys()) + 1, Buffer.concat(pending))
      pending = []
    }
    return {
      append: async bytes => void pending.push(Buffer.from(bytes)),
      async mark(cut) {
        if (uploading) safe = uploading
        uploading = undefined
        if (pending.reduce((sum, { length }) => sum + length, 0) >= leastBytes) {
          stage()
          uploading = { mark: [...blocks.keys()], cut }
        }
        return safe
      },
      async finish(last, rows) {
        pending.push(...last.map(bytes => Buffer.from(bytes)))
        stage()
        const bytes = Buffer.concat([...blocks.values()])
        return [{ path: name, rows, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }]
      },
      async close(end, { manifest } = {}) {
        if (end === 'commit') published.set(name, { bytes: Buffer.concat([...blocks.values()]), manifest })
        if (end !== 'keep') staged.delete(name)
      },
    }
  },
  async published({ run }, files) {
    const found = published.get(name)
    if (!found || staged.has(name) || found.bytes.length !== files[0]?.bytes) return false
    return (JSON.parse(found.manifest ?? '{}') as { readonly run?: string }).run === run
  },
  leftover: async () => (staged.has(name) ? `${name}, uncommitted` : undefined),
  discard: async () => (staged.delete(name) ? [`${name}, uncommitted`] : []),
  clear: async () => void published.delete(name),
})
