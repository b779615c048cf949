import type { Compressor } from '../core/encoder.ts'
import { byteFile, type FileMark } from './byte-file.ts'

/** Text to a file, UTF-8, in pieces of 128 KiB: one buffer is all that is held. See `ByteFile` for the rest. */
interface TextFile {
  write(text: string): Promise<void>
  /** Makes safe what was written; a compressed file ends its member or frame here. */
  mark(): Promise<FileMark>
  /** The same, at the end of the text: even an empty compressed file is one that can be decompressed. */
  finish(): Promise<FileMark>
  publish(manifest?: string, like?: string): Promise<void>
  keep(): Promise<void>
  remove(): Promise<void>
}

const bufferBytes = 128 * 1024

/** @param path absolute */
export const textFile = async (
  path: string,
  options: { readonly from?: FileMark; readonly compressor?: Compressor },
): Promise<TextFile> => {
  const { from, compressor } = options
  const file = await byteFile(path, from)
  const encoder = new TextEncoder()
  const buffer = new Uint8Array(bufferBytes)
  let used = 0

  const appendAll = async (chunks: readonly Uint8Array[]): Promise<void> => {
    for (const chunk of chunks) await file.append(chunk)
  }

  const flush = async (): Promise<void> => {
    if (used === 0) return
    const full = buffer.subarray(0, used)
    used = 0
    if (compressor) await appendAll(await compressor.push(full))
    else await file.append(full)
  }

  const mark = async (): Promise<FileMark> => {
    await flush()
    if (compressor) await appendAll(await compressor.cut())
    return file.mark()
  }

  return {
    async write(text) {
      let rest = text
      while (rest.length > 0) {
        const { read, written } = encoder.encodeInto(rest, buffer.subarray(used))
        used += written
        if (read === rest.length) return
        rest = rest.slice(read)
        await flush()
      }
    },
    mark,
    async finish() {
      const facts = await mark()
      if (facts.bytes > 0 || !compressor) return facts
      await appendAll(await compressor.push(new Uint8Array()))
      return mark()
    },
    publish: file.publish,
    keep() {
      compressor?.close()
      return file.keep()
    },
    remove() {
      compressor?.close()
      return file.remove()
    },
  }
}
