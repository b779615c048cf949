import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { pageBuffer, type PageBuffer } from './page-buffer.ts'

interface Body {
  readonly headers: Dispatcher.ResponseData['headers']
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * Reads the body of a reply, into `into` if given. Decompresses gzip, the only encoding that is requested. Throws if the
 * body is truncated.
 */
export const readBytes = (
  { headers, body }: Body,
  into: PageBuffer = pageBuffer(sizeOf(headers['content-length'])),
): Promise<Buffer> => {
  const isZipped = /\bgzip\b/i.test(String(headers['content-encoding'] ?? ''))
  if (!isZipped) return into.fill(body)
  // An error of either stream reaches the reader of the last one.
  return into.fill(pipeline(body, createGunzip({ chunkSize: 1 << 16 }), () => {}))
}

/** Initial size. A header may claim any length, so the buffer grows with the actual bytes. */
const sizeOf = (length: unknown): number =>
  typeof length === 'string' && /^\d+$/.test(length) ? Math.min(Number(length), 1 << 20) : 0
