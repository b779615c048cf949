import { constants, createGzip, createZstdCompress } from 'node:zlib'
import type { Compressor } from '../core/encoder.ts'
import type { Compression } from './format-of.ts'
import { zlibStream, type ZlibStream } from './zlib-stream.ts'

/** Without a checksum a flipped bit in a zstd frame goes unnoticed. A gzip member always has one. */
const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }

/** The settings of a compression. A partial written with other settings must not be resumed. */
export const setupOf = (compression: Compression | undefined): string | undefined =>
  compression === 'zstd' ? 'checksum' : undefined

/**
 * A compressor that ends a gzip member or zstd frame at each cut. The output is deterministic for the same pieces of
 * input: the gzip header has no time. Holds one piece of input and its output.
 */
export const compressor = (compression: Compression): Compressor => {
  let stream: ZlibStream | undefined
  return {
    async push(bytes) {
      stream ??= zlibStream(compression === 'gzip' ? createGzip() : createZstdCompress(checked))
      return stream.push(bytes)
    },
    async cut() {
      const ended = stream
      stream = undefined
      return ended ? ended.end() : []
    },
    close() {
      stream?.close()
      stream = undefined
    },
  }
}
