import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { EntrapipeError } from '../core/errors.ts'
import { onDisk } from './database.ts'
import { bytesPerId, sameId, wordsPerId } from './id-words.ts'

/** Number of ids read at once: 256 KB. */
const idsPerRead = 16_384
// Shared by all files, because it is only used synchronously.
const chunk = new Uint32Array(idsPerRead * wordsPerId)
const marks = new Uint8Array(0x10000)
/** Number of ids that wait in memory to be written together: 64 KB. Opening the file for each page took 2 % of an export. */
const waitingAtMost = 4096

/** A file of ids, 16 bytes each. It is only open while it is used. */
export interface IdFile {
  /** CRC-32 of all ids. */
  readonly checksum: number
  append(words: Uint32Array, count: number): void
  /** Writes the ids that wait. Reading does so by itself. */
  flush(): void
  /** Passes the ids from `from` up to but not including `to`, in pieces. `words` is only valid within the call. Returning `false` stops. */
  each(from: number, to: number, look: (words: Uint32Array, count: number, first: number) => boolean | void): void
  /** Finds the ids that start at `wanted` in `words` between `from` and `to` in the file. Returns their places by start. Reads the range once. */
  find(words: Uint32Array, wanted: readonly number[], from: number, to: number): ReadonlyMap<number, number>
}

const using = <T>(path: string, flags: number, work: (file: number) => T): T =>
  onDisk(path, () => {
    const file = openSync(path, flags, 0o600)
    try {
      return work(file)
    } finally {
      closeSync(file)
    }
  })

const writeAll = (file: number, bytes: Uint8Array, position: number): void => {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, position + done)
}

/** Opens a file, truncated to its first `length` ids. @throws EntrapipeError `PARTIAL_CHANGED` when it has fewer, or `expected` is not their checksum */
export const openIdFile = (path: string, length: number, expected?: number): IdFile => {
  using(path, constants.O_RDWR | constants.O_CREAT, file => {
    const there = Math.floor(fstatSync(file).size / bytesPerId)
    if (there < length)
      throw new EntrapipeError(
        'PARTIAL_CHANGED',
        `${path} has ${there} ids; expected ${length}. The run cannot be resumed.`,
        {
          facts: { path },
          fix: 'Start over with --fresh.',
        },
      )
    ftruncateSync(file, length * bytesPerId)
  })
  let end = length
  let checksum = 0
  const waiting = new Uint32Array(waitingAtMost * wordsPerId)
  let waitingCount = 0

  const write = (words: Uint32Array, count: number): void => {
    const bytes = new Uint8Array(words.buffer, words.byteOffset, count * bytesPerId)
    using(path, constants.O_WRONLY, file => writeAll(file, bytes, end * bytesPerId))
    end += count
  }
  const flush = (): void => {
    if (waitingCount > 0) write(waiting, waitingCount)
    waitingCount = 0
  }

  const each: IdFile['each'] = (from, to, look) => {
    flush()
    using(path, constants.O_RDONLY, file => {
      for (let first = from; first < to;) {
        const wanted = Math.min(idsPerRead, to - first)
        const bytes = readSync(file, new Uint8Array(chunk.buffer), 0, wanted * bytesPerId, first * bytesPerId)
        const count = Math.floor(bytes / bytesPerId)
        if (count === 0)
          throw new EntrapipeError('PARTIAL_CHANGED', `${path} was truncated by another program.`, { facts: { path } })
        if (look(chunk, count, first) === false) return
        first += count
      }
    })
  }

  each(0, length, (read, count) => {
    checksum = crc32(new Uint8Array(read.buffer, 0, count * bytesPerId), checksum)
  })
  if (expected !== undefined && checksum !== expected)
    throw new EntrapipeError(
      'PARTIAL_CHANGED',
      `${path} is corrupted: its ids are not those that were written. The run cannot be resumed.`,
      {
        facts: { path },
        fix: 'Start over with --fresh.',
      },
    )

  return {
    get checksum() {
      return checksum
    },
    each,
    flush,
    append(words, count) {
      checksum = crc32(new Uint8Array(words.buffer, words.byteOffset, count * bytesPerId), checksum)
      if (waitingCount + count > waitingAtMost) flush()
      if (count > waitingAtMost) return write(words, count)
      waiting.set(words.subarray(0, count * wordsPerId), waitingCount * wordsPerId)
      waitingCount += count
    },
    find(words, wanted, from, to) {
      const found = new Map<number, number>()
      const byWord = Map.groupBy(wanted, at => words[at]!)
      for (const word of byWord.keys()) marks[word & 0xffff] = 1
      each(from, to, (read, count, first) => {
        for (let id = 0; id < count; id++) {
          const word = read[id * wordsPerId]!
          // Checks a small table first, because most ids are not wanted.
          if (marks[word & 0xffff] === 0) continue
          for (const at of byWord.get(word) ?? [])
            if (sameId(words, at, read, id * wordsPerId)) found.set(at, first + id)
        }
        return found.size < wanted.length
      })
      for (const word of byWord.keys()) marks[word & 0xffff] = 0
      return found
    },
  }
}
