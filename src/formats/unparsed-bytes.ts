/** Bytes that are written over and over. They are valid until the next `clear`. */
interface ByteWriter {
  clear(): void
  /** Makes room for so many bytes more, which `byte` and the copying functions need. Texts are not counted: they make their own. */
  reserve(bytes: number): void
  byte(byte: number): void
  /** Copies bytes unchanged. */
  copy(bytes: Buffer, start: number, end: number): void
  /** Copies bytes up to the first one that is `special`. Returns whether none is; else nothing was copied. */
  copyPlain(bytes: Buffer, view: DataView, start: number, end: number, special: number): boolean
  text(text: string): void
  /** What was written since `clear`. */
  readonly bytes: Buffer
}

/** A writer whose memory grows to its largest use, which is kept. */
export const byteWriter = (): ByteWriter => {
  let into = Buffer.allocUnsafeSlow(1 << 16)
  let intoView = viewOf(into)
  let at = 0
  let reserved = 0
  const room = (bytes: number): void => {
    if (at + reserved + bytes <= into.length) return
    const larger = Buffer.allocUnsafeSlow(2 * (at + reserved + bytes))
    into.copy(larger, 0, 0, at)
    into = larger
    intoView = viewOf(into)
  }
  return {
    clear() {
      at = 0
      reserved = 0
    },
    reserve(bytes) {
      reserved = bytes
      room(0)
    },
    byte(byte) {
      into[at++] = byte
    },
    copy(bytes, start, end) {
      const target = into
      let to = at
      for (let from = start; from < end; from++) target[to++] = bytes[from]!
      at = to
    },
    copyPlain(bytes, view, start, end, special) {
      const specials = special * 0x01010101
      const ahead = end - 4
      let to = at
      let from = start
      for (; from <= ahead; from += 4, to += 4) {
        const word = view.getInt32(from, true)
        const other = word ^ specials
        // The highest bit of each byte that is zero in `other`, and perhaps of one above it.
        if (((other - 0x01010101) & ~other & 0x80808080) !== 0) return false
        intoView.setInt32(to, word, true)
      }
      const target = into
      for (; from < end; from++) {
        const byte = bytes[from]!
        if (byte === special) return false
        target[to++] = byte
      }
      at = to
      return true
    },
    text(text) {
      if (text === '') return
      room(3 * text.length)
      // A call of Node for each separator of a row costs more than the separator.
      if (text.length === 1 && text.charCodeAt(0) < 0x80) {
        into[at++] = text.charCodeAt(0)
        return
      }
      at += into.write(text, at)
    },
    get bytes() {
      // What is written past the end of an array is lost without an error.
      if (at > into.length) throw new RangeError(`${at} bytes were written where ${into.length} have room`)
      return into.subarray(0, at)
    },
  }
}

/** For reading and writing four bytes at once. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)
