/** Ordinals in one piece of the marks. */
const perPiece = 1 << 16

/** Marks rows by their ordinal: a bit for each, since a file may have a million. */
export const ordinalMarks = () => {
  const pieces = new Map<number, Uint8Array>()
  return {
    /** Marks a row. Returns whether it was not marked. */
    mark(ordinal: number): boolean {
      const at = Math.floor(ordinal / perPiece)
      const [byte, bit] = [(ordinal % perPiece) >> 3, 1 << (ordinal & 7)]
      const piece = pieces.get(at) ?? new Uint8Array(perPiece >> 3)
      pieces.set(at, piece)
      const isNew = (piece[byte]! & bit) === 0
      piece[byte]! |= bit
      return isNew
    },
  }
}
