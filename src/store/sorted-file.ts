import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import type { SortedEntry } from '../core/sorted.ts'

/** A file of rows in order, encrypted. */
export interface SortedFile {
  readonly path: string
  readonly iv: Buffer
}

const cipher = 'aes-256-ctr'
/** Dozens of files are merged at once, and each holds a few of these. */
const blockBytes = 16 * 1024
/** Before the key and the text of a row: their lengths, and its number. */
const headBytes = 16
/** UTF-8 of a UTF-16 code unit. */
const bytesPerUnit = 3

/** Writes rows to a new file that only its owner can read. Holds 16 KiB, or the longest row. */
export const writeSortedFile = (path: string, secret: Buffer, entries: Iterable<SortedEntry>): SortedFile => {
  const iv = randomBytes(16)
  const encrypt = createCipheriv(cipher, secret, iv)
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    let block = Buffer.allocUnsafe(blockBytes)
    let end = 0
    const flush = (): void => {
      const bytes = encrypt.update(block.subarray(0, end))
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
      end = 0
    }
    for (const { key, at, bytes } of entries) {
      const most = headBytes + key.length * bytesPerUnit + bytes.length
      if (end + most > block.length) flush()
      if (most > block.length) block = Buffer.allocUnsafe(most)
      const start = end + headBytes
      const keyBytes = block.write(key, start)
      bytes.copy(block, start + keyBytes)
      block.writeUInt32LE(keyBytes, end)
      block.writeUInt32LE(bytes.length, end + 4)
      block.writeDoubleLE(at, end + 8)
      end = start + keyBytes + bytes.length
    }
    flush()
  } finally {
    closeSync(descriptor)
  }
  return { path, iv }
}

/** Reads the rows of a file. Holds 16 KiB, or the longest row. */
export function* readSortedFile({ path, iv }: SortedFile, secret: Buffer): Generator<SortedEntry, void, void> {
  const decrypt = createDecipheriv(cipher, secret, iv)
  const descriptor = openSync(path, 'r')
  try {
    const block = Buffer.allocUnsafe(blockBytes)
    let left: Buffer = Buffer.alloc(0)
    for (let length = readSync(descriptor, block); length > 0; length = readSync(descriptor, block)) {
      const text = decrypt.update(block.subarray(0, length))
      left = left.length === 0 ? text : Buffer.concat([left, text])
      let at = 0
      while (left.length - at >= headBytes) {
        const keyEnd = at + headBytes + left.readUInt32LE(at)
        const end = keyEnd + left.readUInt32LE(at + 4)
        if (left.length < end) break
        yield {
          key: left.toString('utf8', at + headBytes, keyEnd),
          at: left.readDoubleLE(at + 8),
          bytes: left.subarray(keyEnd, end),
        }
        at = end
      }
      left = left.subarray(at)
    }
  } finally {
    closeSync(descriptor)
  }
}
