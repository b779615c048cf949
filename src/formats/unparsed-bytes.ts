/** Bytes that are written over and over. They are valid until the next `clear`. */
interface ByteWriter {
  clear(): void
  /** Makes room for so many bytes more. Called before the others below. */
  room(bytes: number): void
  byte(byte: number): void
  /** Copies bytes unchanged. */
  copy(bytes: Buffer, start: number, end: number): void
  /** Copies bytes up to the first one that is `special`. Returns whether none is; else nothing was copied. */
  copyPlain(bytes: Buffer, start: number, end: number, special: number): boolean
  text(text: string): void
  /** What was written since `clear`. */
  readonly bytes: Buffer
}

/** A writer whose memory grows to its largest use, which is kept. */
export const byteWriter = (): ByteWriter => {
  let into = Buffer.allocUnsafeSlow(1 << 16)
  let at = 0
  const room = (bytes: number): void => {
    if (at + bytes <= into.length) return
    const larger = Buffer.allocUnsafeSlow(2 * (at + bytes))
    into.copy(larger, 0, 0, at)
    into = larger
  }
  return {
    clear() {
      at = 0
    },
    room,
    byte(byte) {
      into[at++] = byte
    },
    copy(bytes, start, end) {
      const target = into
      let to = at
      for (let from = start; from < end; from++) target[to++] = bytes[from]!
      at = to
    },
    copyPlain(bytes, start, end, special) {
      const target = into
      let to = at
      for (let from = start; from < end; from++) {
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
      at += into.write(text, at)
    },
    get bytes() {
      return into.subarray(0, at)
    },
  }
}
