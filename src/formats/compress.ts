import { constants, createGzip, createZstdCompress } from 'node:zlib'
import type { Compressor } from '../core/encoder.ts'
import type { Compression } from './format-of.ts'
import { zlibStream, type ZlibStream } from './zlib-stream.ts'

/** A zstd frame without a checksum lets a flipped bit pass as other data; a gzip member always has one. */
const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }

/** How a compression is set up: a file that was begun with another setup must not be continued. */
export const setupOf = (compression: Compression | undefined): string | undefined =>
  compression === 'zstd' ? 'checksum' : undefined

/**
 * A compressor that ends a gzip member or zstd frame with each cut. Equal bytes pushed in equal pieces give equal bytes
 * out: gzip's header carries no time. Holds one piece of input and what came out of it.
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
