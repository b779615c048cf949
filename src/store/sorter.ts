import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { mergeSorted, type SortedEntry, type Sorter } from '../core/sorted.ts'
import { onDisk } from './database.ts'
import { readSortedFile, writeSortedFile, type SortedFile } from './sorted-file.ts'

/** Bytes of rows in memory until they are written as one sorted file, and their number: about 5 MB with their objects. */
const mostBytes = 2 * 1024 * 1024
const mostRows = 12_000
/** UTF-8 of a UTF-16 code unit. */
const bytesPerUnit = 3
/** Sequences that are merged at once, each with a buffer. */
const mostMerged = 64

interface SorterOptions {
  /** Bytes of keys and texts in one sorted file. @default 2 MiB */
  readonly bytesPerFile?: number
  /** Sequences that are merged at once. @default 64 */
  readonly mergedAtOnce?: number
}

/** Files that continue each other in the order of their keys. */
interface Sequence {
  readonly files: SortedFile[]
}

/** A row in memory, whose text is in the buffer of all. */
interface Pending {
  readonly key: string
  readonly at: number
  readonly start: number
  readonly end: number
}

const inOrder = (a: Pending, b: Pending): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

/**
 * Opens a sort in an empty folder of its own. Rows are sorted in pieces that fit in memory, and the pieces are merged. A piece that
 * continues the one before it is not merged with it, so rows that come in order are only written and read once. They are encrypted
 * with a key that is only in memory, so that what a process leaves behind when it dies cannot be read.
 *
 * @throws EntrapipeError `DISK_FULL`
 */
export const openSorter = (
  folder: string,
  { bytesPerFile = mostBytes, mergedAtOnce = mostMerged }: SorterOptions = {},
): Sorter => {
  const secret = randomBytes(32)
  // Sequences of a level are merged into one of the next level, so that a row is rewritten once per level.
  const levels: Sequence[][] = []
  let pending: Pending[] = []
  // Strings would be copied by the garbage collector, and a short one keeps the whole text that it was cut from.
  let buffer: Buffer | undefined
  let end = 0
  let files = 0
  /** The sequence of the piece before, and its last key. */
  let last: { readonly sequence: Sequence; readonly key: string } | undefined

  const write = (entries: Iterable<SortedEntry>): SortedFile =>
    onDisk(folder, () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      return writeSortedFile(join(folder, String(files++)), secret, entries)
    })

  const read = function* (sequence: Sequence): Generator<SortedEntry, void, void> {
    for (const file of sequence.files) yield* readSortedFile(file, secret)
  }

  const put = (sequence: Sequence, level: number): void => {
    const there = (levels[level] ??= [])
    there.push(sequence)
    if (there.length < mergedAtOnce) return
    levels[level] = []
    last = undefined
    put({ files: [write(mergeSorted(there.map(read)))] }, level + 1)
    for (const { path } of there.flatMap(merged => merged.files)) rmSync(path)
  }

  const writePending = (): void => {
    if (pending.length === 0) return
    pending.sort(inOrder)
    const file = write(written(pending, buffer!))
    const key = pending.at(-1)!.key
    if (last && last.key <= pending[0]!.key) {
      last.sequence.files.push(file)
      last = { sequence: last.sequence, key }
    } else {
      const sequence = { files: [file] }
      last = { sequence, key }
      put(sequence, 0)
    }
    pending = []
    end = 0
  }

  return {
    add(key, at, text) {
      const most = (key.length + text.length) * bytesPerUnit
      if (end + most > (buffer?.length ?? 0) || pending.length >= mostRows) {
        writePending()
        if (most > (buffer?.length ?? 0)) buffer = Buffer.allocUnsafe(Math.max(most, bytesPerFile))
      }
      const start = end + buffer!.write(key, end)
      const own = buffer!.toString('utf8', end, start)
      end = start + buffer!.write(text, start)
      pending.push({ key: own, at, start, end })
    },
    sorted() {
      writePending()
      buffer = undefined
      // Files of higher levels are older.
      return mergeSorted(levels.toReversed().flat().map(read))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function* written(pending: readonly Pending[], buffer: Buffer): Generator<SortedEntry, void, void> {
  for (const { key, at, start, end } of pending) yield { key, at, bytes: buffer.subarray(start, end) }
}
