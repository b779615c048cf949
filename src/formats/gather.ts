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
  /** Receives the pieces. Their memory is reused once the promise resolves. */
  readonly send: (bytes: Uint8Array) => Promise<void>
  readonly compressor?: Compressor | undefined
  /** Bytes sent before the checkpoint that the run resumes from. */
  readonly bytes?: number | undefined
}

const bufferBytes = 128 * 1024

/** Gathers an encoder's output into pieces of 128 KiB, compressed if set. Holds one buffer. */
export const gather = ({ send, compressor, bytes: before = 0 }: GatherOptions): Gathered => {
  const encoder = new TextEncoder()
  const buffer = new Uint8Array(bufferBytes)
  let used = 0
  let bytes = before
  let out = send

  const sendAll = async (pieces: readonly Uint8Array[]): Promise<void> => {
    for (const piece of pieces) {
      bytes += piece.length
      await out(piece)
    }
  }

  const pass = async (piece: Uint8Array): Promise<void> => sendAll(compressor ? await compressor.push(piece) : [piece])

  const flush = async (): Promise<void> => {
    if (used === 0) return
    const full = buffer.subarray(0, used)
    used = 0
    await pass(full)
  }

  const add = async (made: string | Uint8Array): Promise<void> => {
    if (typeof made !== 'string') {
      const isLarge = made.length > bufferBytes / 2
      if (isLarge || used + made.length > bufferBytes) await flush()
      if (isLarge) return pass(made)
      buffer.set(made, used)
      used += made.length
      return
    }
    let rest = made
    while (rest.length > 0) {
      const { read, written } = encoder.encodeInto(rest, buffer.subarray(used))
      used += written
      if (read === rest.length) return
      rest = rest.slice(read)
      await flush()
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
