/** Texts by their index, kept as UTF-8 outside the heap: 12 bytes and those of the text. */
export interface TextArena {
  /** Returns false if there is no more room. */
  add(text: string): boolean
  /** Undefined if there is none with this index. */
  get(index: number): string | undefined
}

const chunkBytes = 1024 * 1024

/** @param most bytes of all texts */
export const textArena = (most: number): TextArena => {
  const chunks: Buffer[] = []
  /** Texts that do not fit into a chunk. */
  const long = new Map<number, string>()
  let starts = new Float64Array(1024)
  let lengths = new Uint32Array(1024)
  let count = 0
  let end = 0
  let bytes = 0

  const grow = (): void => {
    const [before, sizes] = [starts, lengths]
    starts = new Float64Array(before.length * 2)
    starts.set(before)
    lengths = new Uint32Array(sizes.length * 2)
    lengths.set(sizes)
  }

  return {
    add(text) {
      if (count === starts.length) grow()
      const length = Buffer.byteLength(text)
      bytes += length
      if (length > chunkBytes) long.set(count, text)
      else if (length > 0) {
        if (end + length > chunks.length * chunkBytes) {
          end = chunks.length * chunkBytes
          chunks.push(Buffer.allocUnsafeSlow(chunkBytes))
        }
        chunks.at(-1)!.write(text, end % chunkBytes)
      }
      starts[count] = end
      lengths[count++] = length
      if (length <= chunkBytes) end += length
      return bytes <= most
    },
    get(index) {
      if (!Number.isInteger(index) || index < 0 || index >= count) return undefined
      const start = starts[index]!
      const length = lengths[index]!
      if (length === 0) return ''
      return (
        long.get(index) ??
        chunks[Math.floor(start / chunkBytes)]!.toString('utf8', start % chunkBytes, (start % chunkBytes) + length)
      )
    },
  }
}
