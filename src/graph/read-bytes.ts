import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { pageBuffer, type PageBuffer } from './page-buffer.ts'

/**
 * The whole body of a reply, in `into` where that is given; gzip is undone, which is the only encoding that is asked for.
 * Throws when it breaks off.
 */
export const readBytes = (
  { headers, body }: Pick<Dispatcher.ResponseData, 'headers' | 'body'>,
  into: PageBuffer = pageBuffer(Number(headers['content-length'] ?? 0)),
): Promise<Buffer> => {
  const isZipped = /\bgzip\b/i.test(String(headers['content-encoding'] ?? ''))
  if (!isZipped) return into.fill(body)
  // A failure of either reaches whoever reads the last.
  return into.fill(pipeline(body, createGunzip({ chunkSize: 1 << 16 }), () => {}))
}
