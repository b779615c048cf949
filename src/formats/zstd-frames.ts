import { EntrapipeError } from '../core/errors.ts'

/** A piece of a zstd stream: bytes of the current frame, or the end of the frame. */
type FramePiece = Buffer | 'end'

type State = 'magic' | 'skip size' | 'descriptor' | 'header' | 'block' | 'pass' | 'checksum'

const zstdMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50

/** The number of bytes of a frame header after its descriptor byte (RFC 8878, 3.1.1.1). */
const headerLength = (descriptor: number): number => {
  const single = (descriptor >> 5) & 1
  const dictionary = [0, 1, 2, 4][descriptor & 3]!
  const size = [single, 2, 4, 8][descriptor >> 6]!
  return (single ? 0 : 1) + dictionary + size
}

/**
 * Finds the frames of a zstd stream from its block headers, without decompressing. Node's decoder silently stops after the
 * first frame. Skippable frames are dropped. Holds only a header.
 *
 * @param unchecked called once, at the first frame without a checksum
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1
 */
export const zstdFrames = (path: string, unchecked?: () => void) => {
  let state: State = 'magic'
  /** The number of bytes to collect in `small` for the current state, or, in `pass`, to pass on. */
  let wanted = 4
  let small = Buffer.alloc(0)
  let dropped = false
  let checksum = false
  let lastBlock = false
  let isTold = false

  const wait = (next: State, bytes: number): void => {
    state = next
    wanted = bytes
    small = Buffer.alloc(0)
  }

  const afterBlock = (): FramePiece[] => {
    if (!lastBlock) wait('block', 3)
    else if (checksum) wait('checksum', 4)
    else return ended()
    return []
  }

  const ended = (): FramePiece[] => {
    wait('magic', 4)
    return ['end']
  }

  /** Called when all bytes of the state have been collected. */
  const advance = (): FramePiece[] => {
    const field = small
    switch (state) {
      case 'magic': {
        const magic = field.readUInt32LE()
        if (magic >>> 4 === skippableMagic >>> 4) wait('skip size', 4)
        else if (magic === zstdMagic) wait('descriptor', 1)
        else
          throw new EntrapipeError('INPUT_MALFORMED', `${path} is not zstd data. Was it compressed in another format?`)
        return magic === zstdMagic ? [field] : []
      }
      case 'skip size':
        dropped = true
        lastBlock = true
        checksum = false
        wait('pass', field.readUInt32LE())
        return []
      case 'descriptor':
        checksum = (field[0]! & 4) !== 0
        if (!checksum && !isTold) unchecked?.()
        isTold ||= !checksum
        wait('header', headerLength(field[0]!))
        return [field]
      case 'header':
        wait('block', 3)
        return [field]
      case 'block': {
        const header = field.readUIntLE(0, 3)
        lastBlock = (header & 1) !== 0
        wait('pass', ((header >> 1) & 3) === 1 ? 1 : header >> 3)
        return [field]
      }
      case 'checksum':
        return [field, ...ended()]
      case 'pass':
        if (!dropped) return afterBlock()
        dropped = false
        wait('magic', 4)
        return []
    }
  }

  return {
    /** Returns the pieces of frames in a chunk, in order. */
    push(chunk: Buffer): FramePiece[] {
      const pieces: FramePiece[] = []
      let at = 0
      for (;;) {
        if (wanted === 0) {
          pieces.push(...advance())
          continue
        }
        if (at === chunk.length) return pieces
        const part = chunk.subarray(at, at + wanted)
        at += part.length
        wanted -= part.length
        if (state !== 'pass') small = Buffer.concat([small, part])
        else if (!dropped) pieces.push(part)
      }
    },
    /** Whether the stream may end here, between two frames. */
    get isWhole() {
      return state === 'magic' && small.length === 0
    },
  }
}
