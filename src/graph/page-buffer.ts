/** Reused memory for the bytes of one page at a time. Otherwise thousands of pages would accumulate between collections. */
export interface PageBuffer {
  /** Returns the bytes of all chunks, valid until the next call. */
  fill(chunks: AsyncIterable<Uint8Array>): Promise<Buffer>
}

/** Starts with `size` bytes and grows with the largest page. @param grown called with the number of bytes that it grows by */
export const pageBuffer = (size = 1 << 20, grown: (bytes: number) => void = () => {}): PageBuffer => {
  let bytes = Buffer.allocUnsafeSlow(size)
  return {
    async fill(chunks) {
      let length = 0
      for await (const chunk of chunks) {
        if (length + chunk.length > bytes.length) {
          const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, length + chunk.length))
          grown(larger.length - bytes.length)
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
