import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readError } from './file-errors.ts'
import { given } from '../core/given.ts'

/**
 * Returns length and SHA-256 (hex) of a file, which is read once, in pieces.
 *
 * @throws EntrapipeError `FILE_MISSING`, `FILE_UNREADABLE`; the signal's reason when that was aborted
 */
export const digestOf = async (
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly bytes: number; readonly sha256: string }> => {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024, ...given({ signal }) })) {
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
    }
  } catch (error) {
    throw signal?.aborted ? signal.reason : readError(error, path)
  }
  return { bytes, sha256: hash.digest('hex') }
}
