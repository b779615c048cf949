/** The smallest piece that S3 accepts, except for the last one. 10,000 of them are 50 GB. */
export const pieceBytes = 5 * 2 ** 20

/** Bytes of an object on their way to a store. */
interface Pieces {
  /** The bytes may be reused once it resolves. */
  append(bytes: Uint8Array): Promise<void>
  /** Waits until all complete pieces are sent. Returns the rest, which is less than a piece, and was not sent. */
  rest(): Promise<Uint8Array>
}

/**
 * Cuts bytes into pieces of `pieceBytes`, and sends each while the next one fills. Holds two of them.
 *
 * @param send is not called again before it resolves; `at` counts from 0
 */
export const pieces = (send: (piece: Uint8Array, at: number) => Promise<void>): Pieces => {
  let filling: Buffer | undefined
  let spare: Buffer | undefined
  let length = 0
  let at = 0
  let sending: Promise<void> = Promise.resolve()
  return {
    async append(bytes) {
      for (let from = 0; from < bytes.length;) {
        filling ??= Buffer.allocUnsafeSlow(pieceBytes)
        const take = Math.min(bytes.length - from, pieceBytes - length)
        filling.set(bytes.subarray(from, from + take), length)
        from += take
        length += take
        if (length < pieceBytes) continue
        await sending
        const full = filling
        sending = send(full, at++).finally(() => (spare = full))
        // The next one that waits for it gets the error.
        sending.catch(() => undefined)
        filling = spare
        spare = undefined
        length = 0
      }
    },
    async rest() {
      await sending
      return filling?.subarray(0, length) ?? new Uint8Array()
    },
  }
}
