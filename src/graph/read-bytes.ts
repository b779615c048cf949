import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { pageBuffer, type PageBuffer } from './page-buffer.ts'

interface Body {
  readonly headers: Dispatcher.ResponseData['headers']
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * The whole body of a reply, in `into` where that is given. Gzip, the only encoding that is asked for, is decompressed.
 * Throws when the body is truncated.
 */
export const readBytes = (
  { headers, body }: Body,
  into: PageBuffer = pageBuffer(sizeOf(headers['content-length'])),
): Promise<Buffer> => {
  const isZipped = /\bgzip\b/i.test(String(headers['content-encoding'] ?? ''))
  if (!isZipped) return into.fill(body)
  // A failure of either stream reaches the reader of the last one.
  return into.fill(pipeline(body, createGunzip({ chunkSize: 1 << 16 }), () => {}))
}

/** Memory to begin with. A header may claim any length: the buffer grows with what really comes. */
const sizeOf = (length: unknown): number =>
  typeof length === 'string' && /^\d+$/.test(length) ? Math.min(Number(length), 1 << 20) : 0
