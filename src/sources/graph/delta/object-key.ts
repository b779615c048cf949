/** An id as it is kept in a database: the 16 bytes of a GUID in lower case, or a text. Several ids, joined by slashes, have one, too. */
export type ObjectKey = Uint8Array | string

const bytesPerId = 16
const guids = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})*$/

const hexOf = (id: string): string => id.replaceAll('-', '').replaceAll('/', '')

/** The id of a key. */
export const idOfKey = (key: ObjectKey): string => {
  if (typeof key === 'string') return key
  const hex = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('hex')
  const ids: string[] = []
  for (let from = 0; from < hex.length; from += bytesPerId * 2) {
    const digits = hex.slice(from, from + bytesPerId * 2)
    ids.push(
      `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`,
    )
  }
  return ids.join('/')
}

/** Keys of one size in one piece, which is far faster to store than each by itself. */
interface PackedKeys {
  /** Bytes of a key; 0 for a text. */
  readonly width: number
  readonly bytes: Uint8Array
}

/** Packs the keys of ids; see `unpacked`. */
export const packed = (ids: readonly string[]): readonly PackedKeys[] => {
  const pieces = new Map<number, string[]>()
  for (const id of ids) {
    const hex = guids.test(id) ? hexOf(id) : undefined
    const width = hex === undefined ? 0 : hex.length / 2
    const piece = pieces.get(width) ?? []
    if (piece.length === 0) pieces.set(width, piece)
    piece.push(hex ?? id)
  }
  return [...pieces].map(([width, keys]) => ({
    width,
    bytes: width === 0 ? Buffer.from(JSON.stringify(keys)) : Buffer.from(keys.join(''), 'hex'),
  }))
}

/** The keys in a piece. */
export function* unpacked({ width, bytes }: PackedKeys): Generator<ObjectKey, void, void> {
  if (width === 0) return yield* JSON.parse(Buffer.from(bytes).toString()) as readonly string[]
  for (let from = 0; from < bytes.length; from += width) yield bytes.subarray(from, from + width)
}
