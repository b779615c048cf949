import type { Compressor } from '../core/encoder.ts'

/** Collects text and bytes for a place. Calls must not overlap. */
interface Gathered {
  /** Text is encoded as UTF-8 into the buffer. Few bytes are copied into it, many are passed on after it. */
  add(made: string | Uint8Array): Promise<void>
  /** Sends the content of the buffer. */
  flush(): Promise<void>
  /** Flushes and ends the compressor's member or frame, so that the bytes sent so far can be decompressed. */
  cut(): Promise<void>
  /** Ends the output and returns the bytes still to be sent. Even an empty compressed file is valid. */
  end(made: string | Uint8Array): Promise<readonly Uint8Array[]>
  /** Frees the memory of the compressor if `end` was not called. */
  close(): void
  /** Bytes sent so far. */
  readonly bytes: number
}

interface GatherOptions {
  /** Receives the pieces. Their memory is reused once the promise resolves. Calls do not overlap. */
  readonly send: (bytes: Uint8Array) => Promise<void>
  /**
   * Whether a piece is compressed and sent while the next one is made: its error is thrown by a later call, and `bytes` counts it only
   * after `flush`, `cut` or `end`.
   */
  readonly behind?: boolean
  readonly compressor?: Compressor | undefined
  /** Bytes sent before the checkpoint that the run resumes from. */
  readonly bytes?: number | undefined
}

const bufferBytes = 128 * 1024

/** Gathers an encoder's output into pieces of 128 KiB, compressed if set. Holds one buffer, or two if it sends `behind`. */
export const gather = ({ send, compressor, bytes: before = 0, behind = false }: GatherOptions): Gathered => {
  const encoder = new TextEncoder()
  let buffer = new Uint8Array(bufferBytes)
  let other = behind ? new Uint8Array(bufferBytes) : buffer
  let used = 0
  let bytes = before
  let out = send
  let onItsWay: Promise<void> | undefined

  const sendAll = async (pieces: readonly Uint8Array[]): Promise<void> => {
    for (const piece of pieces) {
      bytes += piece.length
      await out(piece)
    }
  }

  const pass = async (piece: Uint8Array): Promise<void> => sendAll(compressor ? await compressor.push(piece) : [piece])

  const arrived = async (): Promise<void> => {
    const sent = onItsWay
    onItsWay = undefined
    await sent
  }

  /** Sends the content of the buffer, at once or behind. */
  const empty = async (): Promise<void> => {
    await arrived()
    if (used === 0) return
    const full = buffer.subarray(0, used)
    used = 0
    if (!behind) return pass(full)
    ;[buffer, other] = [other, buffer]
    onItsWay = pass(full)
    // Who waits for it later gets the error.
    onItsWay.catch(() => undefined)
  }

  const flush = async (): Promise<void> => {
    await empty()
    await arrived()
  }

  const addBytes = async (made: Uint8Array): Promise<void> => {
    const isLarge = made.length > bufferBytes / 2
    // The memory of what is sent behind would be reused meanwhile, so it is copied.
    if (isLarge && !behind) {
      await empty()
      return pass(made)
    }
    if (!isLarge && used + made.length > bufferBytes) await empty()
    for (let at = 0; at < made.length;) {
      if (used === bufferBytes) await empty()
      const some = made.subarray(at, at + bufferBytes - used)
      buffer.set(some, used)
      used += some.length
      at += some.length
    }
  }

  const add = async (made: string | Uint8Array): Promise<void> => {
    if (typeof made !== 'string') return addBytes(made)
    let rest = made
    while (rest.length > 0) {
      const { read, written } = encoder.encodeInto(rest, buffer.subarray(used))
      used += written
      if (read === rest.length) return
      rest = rest.slice(read)
      await empty()
    }
  }

  const cut = async (): Promise<void> => {
    await flush()
    if (compressor) await sendAll(await compressor.cut())
  }

  return {
    add,
    flush,
    cut,
    async end(made) {
      await arrived()
      const last: Uint8Array[] = []
      out = async piece => void last.push(piece.slice())
      await add(made)
      await cut()
      if (bytes === 0 && compressor) {
        await pass(new Uint8Array())
        await cut()
      }
      return last
    },
    close: () => compressor?.close(),
    get bytes() {
      return bytes
    },
  }
}
