import { createGunzip, createZstdDecompress } from 'node:zlib'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import type { Compression } from './format-of.ts'
import { zlibStream, type ZlibStream } from './zlib-stream.ts'
import { zstdFrames } from './zstd-frames.ts'

/** The warning for compressed data without checksums. */
const unchecked = (path: string): string =>
  `${path} has no checksums, so corruption would go unnoticed. Compress it with \`zstd --check\`.`

const cutOff = (path: string): EntrapipeError =>
  new EntrapipeError('INPUT_CUT_OFF', `${path} is truncated. Get a complete copy`, {
    facts: { path },
  })

const told = (error: unknown, path: string): unknown => {
  if (error instanceof EntrapipeError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR') return cutOff(path)
  if (!code.startsWith('Z_') && !code.startsWith('ZSTD_')) return error
  return new EntrapipeError('INPUT_MALFORMED', `${path} is corrupted (${code}). Get another copy`, {
    cause: error,
    facts: { path, system: systemCode(error) },
  })
}

async function* gunzip(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  // Node's gunzip continues with the next member.
  const decoder = zlibStream(createGunzip())
  let any = false
  try {
    for await (const chunk of chunks) {
      any ||= chunk.length > 0
      yield* await decoder.push(chunk)
    }
    if (!any) throw cutOff(path)
    yield* await decoder.end()
  } catch (error) {
    throw told(error, path)
  } finally {
    decoder.close()
  }
}

async function* unzstd(
  chunks: AsyncIterable<Buffer>,
  path: string,
  warn: ((sentence: string) => void) | undefined,
): AsyncGenerator<Buffer> {
  const frames = zstdFrames(path, () => warn?.(unchecked(path)))
  let decoder: ZlibStream | undefined
  let any = false
  try {
    for await (const chunk of chunks)
      for (const piece of frames.push(chunk)) {
        any = true
        if (piece !== 'end') {
          decoder ??= zlibStream(createZstdDecompress())
          yield* await decoder.push(piece)
        } else if (decoder) {
          yield* await decoder.end()
          decoder = undefined
        }
      }
    if (!any || !frames.isWhole) throw cutOff(path)
  } catch (error) {
    throw told(error, path)
  } finally {
    decoder?.close()
  }
}

/**
 * Decompresses all members of a gzip file, or all frames of a zstd file. Holds the output of one piece of input.
 *
 * @param warn called once, with a sentence, if zstd frames have no checksums
 * @throws EntrapipeError `INPUT_CUT_OFF` if truncated, `INPUT_MALFORMED` if corrupted
 */
export const decompress = (
  chunks: AsyncIterable<Buffer>,
  compression: Compression | undefined,
  path: string,
  warn?: (sentence: string) => void,
): AsyncIterable<Buffer> =>
  compression === 'gzip' ? gunzip(chunks, path) : compression === 'zstd' ? unzstd(chunks, path, warn) : chunks
