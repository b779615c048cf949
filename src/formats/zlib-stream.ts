import type { Gunzip, Gzip, ZstdCompress, ZstdDecompress } from 'node:zlib'

/** One of Node's compressors or decompressors as two calls: what goes in, and what that gave. */
export interface ZlibStream {
  /** The bytes may be used again when it resolves. */
  push(bytes: Uint8Array): Promise<Buffer[]>
  /** Completes it and frees its native memory. */
  end(): Promise<Buffer[]>
  /** Frees its native memory; does nothing after `end`. */
  close(): void
}

/** Calls follow one another; a failure rejects the call that is under way, since Node leaves its callback uncalled then. */
export const zlibStream = (stream: Gzip | Gunzip | ZstdCompress | ZstdDecompress): ZlibStream => {
  let out: Buffer[] = []
  let failure: unknown
  let isEnding = false
  let fail: ((error: unknown) => void) | undefined
  stream.on('data', (chunk: Buffer) => out.push(chunk))
  const failed = (error: unknown): void => {
    failure ??= error
    fail?.(error)
  }
  stream.on('error', failed)
  // Bytes that are no further member end a stream of Node's without a word: the rest of the data would just be missing.
  stream.on('end', () => isEnding || failed(Object.assign(new Error('Data after the end'), { code: 'Z_DATA_ERROR' })))

  const call = async (work: (done: () => void) => void): Promise<Buffer[]> => {
    if (failure) throw failure
    await new Promise<void>((resolve, reject) => {
      fail = reject
      work(resolve)
    })
    const taken = out
    out = []
    return taken
  }

  return {
    push: bytes => call(done => stream.write(bytes, error => error || done())),
    async end() {
      isEnding = true
      const last = await call(done => stream.once('end', done).end())
      // Its native memory would otherwise wait for the garbage collector, one window a piece.
      stream.close()
      return last
    },
    close: () => stream.close(),
  }
}
