import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { readError } from './file-errors.ts'

/** Reused for each piece: those of a stream would accumulate between collections. */
const pieceBytes = 256 * 1024

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
    await using file = await open(path)
    const piece = Buffer.allocUnsafeSlow(pieceBytes)
    for (let length = -1; length !== 0; bytes += length) {
      signal?.throwIfAborted()
      length = (await file.read(piece, 0, pieceBytes)).bytesRead
      hash.update(piece.subarray(0, length))
    }
  } catch (error) {
    throw signal?.aborted ? signal.reason : readError(error, path)
  }
  return { bytes, sha256: hash.digest('hex') }
}
