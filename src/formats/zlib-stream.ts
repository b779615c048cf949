import type { Gunzip, Gzip, ZstdCompress, ZstdDecompress } from 'node:zlib'

/** A Node compressor or decompressor with promises: bytes in, output out. */
export interface ZlibStream {
  /** The bytes may be reused once the promise resolves. */
  push(bytes: Uint8Array): Promise<Buffer[]>
  /** Ends the stream and frees its native memory. */
  end(): Promise<Buffer[]>
  /** Frees native memory; does nothing after `end`. */
  close(): void
}

/** Calls must not overlap. An error rejects the current call, since Node does not call the callback then. */
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
  // Node ends the stream silently at bytes that are not another member, and the rest of the data would be missing.
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
      // Otherwise native memory, one window per stream, is held until garbage collection.
      stream.close()
      return last
    },
    close: () => stream.close(),
  }
}
