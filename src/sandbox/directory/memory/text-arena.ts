import type { Memory } from './memory.ts'

/** Texts outside the heap, by place. */
interface TextArena {
  /** Returns the place of a text: a whole number below 2^30. Undefined for one that is too long, or when it is full. */
  add(text: string): number | undefined
  get(place: number): string
}

const pieceBytes = 2 ** 20
const mostPieces = 4096
const unitsPerPiece = pieceBytes / 4
/** The length of a text takes two bytes. A character takes at most three. */
const longest = Math.floor(0xffff / 3)

/** Creates an arena of a memory: up to 4 GiB. A text that is added stays. It must be well-formed. */
export const textArena = (memory: Memory, name: string): TextArena => {
  let pieces: Buffer[] = []
  /** Bytes in use of the last piece. */
  let used = pieceBytes
  memory.add(name, {
    save: () =>
      pieces.map((piece, index) => (index < pieces.length - 1 ? piece : new Uint8Array(piece.subarray(0, used)))),
    load(saved) {
      pieces = saved.map(({ buffer }) => Buffer.from(buffer as ArrayBuffer))
      used = pieceBytes
      const last = pieces.at(-1)
      if (!last || last.length === pieceBytes) return
      used = last.length
      pieces[pieces.length - 1] = Buffer.concat([last], pieceBytes)
    },
  })
  return {
    add(text) {
      if (text.length > longest) return undefined
      let piece = pieces.at(-1)
      if (!piece || used + 2 + text.length * 3 > pieceBytes) {
        if (pieces.length === mostPieces) return undefined
        piece = Buffer.from(new ArrayBuffer(pieceBytes))
        pieces.push(piece)
        used = 0
      }
      const at = used
      const length = piece.write(text, at + 2)
      piece[at] = length & 0xff
      piece[at + 1] = length >>> 8
      used = Math.min(pieceBytes, (at + 2 + length + 3) & ~3)
      return (pieces.length - 1) * unitsPerPiece + at / 4
    },
    get(place) {
      const piece = pieces[Math.floor(place / unitsPerPiece)] as Buffer
      const at = (place % unitsPerPiece) * 4
      return piece.toString('utf8', at + 2, at + 2 + piece[at]! + piece[at + 1]! * 256)
    },
  }
}
