/** Memory for the bytes of one page after the other: left to the collector, thousands of pages would pile up between its rounds. */
export interface PageBuffer {
  /** The bytes of all chunks. They hold until the next call. */
  fill(chunks: AsyncIterable<Uint8Array>): Promise<Buffer>
}

/** Begins with `size` bytes and grows with its largest page. */
export const pageBuffer = (size = 1 << 20): PageBuffer => {
  let bytes = Buffer.allocUnsafeSlow(size)
  return {
    async fill(chunks) {
      let length = 0
      for await (const chunk of chunks) {
        if (length + chunk.length > bytes.length) {
          const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, length + chunk.length))
          bytes.copy(larger, 0, 0, length)
          bytes = larger
        }
        bytes.set(chunk, length)
        length += chunk.length
      }
      return bytes.subarray(0, length)
    },
  }
}
