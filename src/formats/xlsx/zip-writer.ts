import { constants, crc32, deflateRawSync } from 'node:zlib'

/** A part of an archive that is written in pieces: its size follows it. */
export interface GrowingPart {
  readonly crc: number
  /** Bytes of its content, and in the archive. */
  readonly bytes: number
  readonly packed: number
}

/** A part without content. */
export const emptyPart: GrowingPart = { crc: 0, bytes: 0, packed: 0 }

/** An archive without ZIP64 has no larger part. */
export const mostPartBytes = 2 ** 32 - 1

interface Entry extends GrowingPart {
  readonly name: string
  readonly at: number
  readonly isGrowing: boolean
}

/** Sizes and checksum of the part follow it. */
const growing = 1 << 3
const deflated = 8
/** The version of the format that knows deflate. */
const version = 20
/** 1 January 1980: the same rows give the same bytes. */
const date = (1 << 5) | 1

const bytesOf = (...fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer => {
  const buffer = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0))
  let at = 0
  for (const [bytes, value] of fields) at = buffer.writeUIntLE(value, at, bytes)
  return buffer
}

const fieldsOf = ({ crc, bytes, packed, name, isGrowing }: Entry, isLocal: boolean) =>
  [
    [2, version],
    [2, isGrowing ? growing : 0],
    [2, deflated],
    [2, 0],
    [2, date],
    [4, isLocal && isGrowing ? 0 : crc],
    [4, isLocal && isGrowing ? 0 : packed],
    [4, isLocal && isGrowing ? 0 : bytes],
    [2, name.length],
    [2, 0],
  ] as const

const localHeader = (entry: Entry): Buffer =>
  Buffer.concat([bytesOf([4, 0x04034b50], ...fieldsOf(entry, true)), Buffer.from(entry.name)])

const directoryHeader = (entry: Entry): Buffer =>
  Buffer.concat([
    bytesOf([4, 0x02014b50], [2, version], ...fieldsOf(entry, false), [2, 0], [2, 0], [2, 0], [4, 0], [4, entry.at]),
    Buffer.from(entry.name),
  ])

/**
 * Writes an archive with some whole parts and, after them, one part that grows. Each piece is compressed by itself, so the
 * archive can be truncated after any piece and continued.
 */
export const zipWriter = (whole: Readonly<Record<string, string>>, growingName: string) => {
  const entries: Entry[] = []
  const pieces: Buffer[] = []
  let at = 0
  const put = (piece: Buffer): void => {
    pieces.push(piece)
    at += piece.length
  }
  for (const [name, text] of Object.entries(whole)) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const entry = { name, at, isGrowing: false, crc: crc32(content), bytes: content.length, packed: packed.length }
    entries.push(entry)
    put(localHeader(entry))
    put(packed)
  }
  const start = at
  put(localHeader({ ...emptyPart, name: growingName, at: start, isGrowing: true }))
  const head = Buffer.concat(pieces)

  return {
    /** The bytes before the growing part. */
    head,
    /** Compresses a piece of the growing part, and returns the part with it. */
    add(part: GrowingPart, text: string, isLast = false): { readonly part: GrowingPart; readonly piece: Buffer } {
      const content = Buffer.from(text)
      // A flushed block ends on a whole byte and needs nothing of the blocks before it.
      const piece = deflateRawSync(content, { finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH })
      return {
        part: {
          crc: crc32(content, part.crc),
          bytes: part.bytes + content.length,
          packed: part.packed + piece.length,
        },
        piece,
      }
    },
    /** The bytes after the growing part. */
    end(part: GrowingPart): Buffer {
      const descriptor = bytesOf([4, 0x08074b50], [4, part.crc], [4, part.packed], [4, part.bytes])
      const all = [...entries, { ...part, name: growingName, at: start, isGrowing: true }]
      const directory = Buffer.concat(all.map(directoryHeader))
      const directoryAt = head.length + part.packed + descriptor.length
      const last = bytesOf(
        [4, 0x06054b50],
        [2, 0],
        [2, 0],
        [2, all.length],
        [2, all.length],
        [4, directory.length],
        [4, directoryAt],
        [2, 0],
      )
      return Buffer.concat([descriptor, directory, last])
    },
  }
}
