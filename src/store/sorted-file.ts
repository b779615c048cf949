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

/**
 * Reads the rows of a file. Holds 48 KiB, or three times the longest row. Each row has bytes of its own: one that refers to its block would keep the
 * block until the next full collection, and a merge of a million rows would leave tens of megabytes of them.
 */
export function* readSortedFile({ path, iv }: SortedFile, secret: Buffer): Generator<SortedEntry, void, void> {
  const decrypt = createDecipheriv(cipher, secret, iv)
  const descriptor = openSync(path, 'r')
  try {
    const block = Buffer.allocUnsafe(blockBytes)
    let held = Buffer.allocUnsafe(2 * blockBytes)
    let end = 0
    for (let length = readSync(descriptor, block); length > 0; length = readSync(descriptor, block)) {
      const text = decrypt.update(block.subarray(0, length))
      if (end + text.length > held.length) held = Buffer.concat([held.subarray(0, end)], 2 * (end + text.length))
      end += text.copy(held, end)
      let at = 0
      while (end - at >= headBytes) {
        const keyEnd = at + headBytes + held.readUInt32LE(at)
        const rowEnd = keyEnd + held.readUInt32LE(at + 4)
        if (end < rowEnd) break
        yield {
          key: held.toString('utf8', at + headBytes, keyEnd),
          at: held.readDoubleLE(at + 8),
          bytes: Buffer.from(held.subarray(keyEnd, rowEnd)),
        }
        at = rowEnd
      }
      held.copyWithin(0, at, end)
      end -= at
    }
  } finally {
    closeSync(descriptor)
  }
}
