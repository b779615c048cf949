import type { Compressor } from '../core/encoder.ts'

/** Text and bytes on their way to a place. Calls follow one another. */
interface Gathered {
  /** Text becomes UTF-8 in one buffer; bytes pass as they are. */
  add(made: string | Uint8Array): Promise<void>
  /** Sends on what is in the buffer. */
  flush(): Promise<void>
  /** The same, and ends the compressor's member or frame: what was sent on can be decompressed alone. */
  cut(): Promise<void>
  /** Completes everything, and answers what is still to be sent. Even of nothing there is a whole compressed file. */
  end(made: string | Uint8Array): Promise<readonly Uint8Array[]>
  /** Frees the memory of a compressor that was not ended. */
  close(): void
  /** Bytes sent on so far. */
  readonly bytes: number
}

interface GatherOptions {
  /** Gets the pieces; their bytes are reused when it resolves. */
  readonly send: (bytes: Uint8Array) => Promise<void>
  readonly compressor?: Compressor | undefined
  /** Sent on before, by a run that this one resumes. */
  readonly bytes?: number | undefined
}

const bufferBytes = 128 * 1024

/** Gathers what an encoder makes into pieces of 128 KiB, compressed where asked for. One buffer is all that it holds. */
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
      await flush()
      if (made.length > 0) await pass(made)
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
