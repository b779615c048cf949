import { bloomFilter, type BloomFilter } from './bloom-filter.ts'
import type { Entry, KeyFile } from './key-file.ts'
import { addSums, emptySum, withEntry, type KeySum } from './key-sum.ts'
import { mixText } from './key-text.ts'

/** Values by key, with their history by epoch. New ones are in memory, the rest in runs of sorted keys in a file. */
export interface KeyRuns {
  /** Returns the newest value. */
  get(key: string): string | undefined
  put(key: string, value: string): void
  /** Writes entries that are only in memory, without flushing them to disk. */
  flush(): void
  /** Sum of the entries of epochs before `cut`. Cuts only increase from call to call. */
  sumBefore(cut: number): KeySum
}

/** Maximum number of keys in a run, about 5 MB in memory, and of characters of keys and values. */
const mostPending = 1 << 15
const mostCharacters = 4_000_000

interface Pending extends Entry {
  /** The value of an earlier epoch, which a resumed run may need. */
  readonly older: Pending | undefined
}

const inOrder = (pending: Iterable<Pending>): Entry[] => {
  const entries: Entry[] = []
  for (let entry of pending as Iterable<Pending | undefined>) for (; entry; entry = entry.older) entries.push(entry)
  return entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.epoch - b.epoch))
}

/**
 * Holds the newest keys, and two bytes for every other key, for the filters. There is one filter per run, and a run is only
 * read if its filter may have the key, wrongly for one key in two thousand. A single tree of all keys would rewrite a page for
 * each: 9 µs per key at a million keys in random order, and 40 times the bytes.
 */
export const keyRuns = (file: KeyFile, name: string, epoch: () => number, saved: KeySum = emptySum): KeyRuns => {
  const number = file.number(name)
  const pending = new Map<string, Pending>()
  const filters: BloomFilter[] = []
  // Until then, the epoch identifies what belongs to a later cut.
  const sums = new Map<number, KeySum>()
  let sum = saved
  let unwritten: Entry[] = []
  let characters = 0

  const count = (entry: Entry, times: 1 | -1 = 1) =>
    void sums.set(entry.epoch, withEntry(sums.get(entry.epoch) ?? emptySum, entry, times))

  const remember = (entry: Entry) => {
    const before = pending.get(entry.key)
    pending.set(entry.key, { ...entry, older: before?.epoch === entry.epoch ? before.older : before })
    characters += entry.key.length + entry.value.length
  }
  const filterOf = (run: number) =>
    (filters[run] ??= bloomFilter({ bitsPerKey: 16, hashes: 8, firstCapacity: mostPending }))
  const addToFilter = (run: number, key: string) => filterOf(run).add(mixText(key, 1), mixText(key, 2))

  for (const { run, key } of file.keys(number)) addToFilter(run, key)
  for (const entry of file.tail(number)) remember(entry)

  const writeRun = () => {
    const run = filters.length
    file.addRun(number, run, inOrder(pending.values()))
    filterOf(run)
    for (const key of pending.keys()) addToFilter(run, key)
    pending.clear()
    unwritten = []
    characters = 0
  }

  return {
    get(key) {
      const there = pending.get(key)
      if (there) return there.value
      const high = mixText(key, 1)
      const low = mixText(key, 2)
      for (let run = filters.length - 1; run >= 0; run--) {
        // A run that was truncated to nothing has no filter.
        if ((filters[run]?.segment(high, low) ?? -1) < 0) continue
        const value = file.value(number, run, key)
        if (value !== undefined) return value
      }
      return undefined
    },
    put(key, value) {
      if (pending.size >= mostPending || characters >= mostCharacters) writeRun()
      const entry = { key, value, epoch: epoch() }
      const before = pending.get(key)
      if (before?.epoch === entry.epoch) count(before, -1)
      count(entry)
      remember(entry)
      unwritten.push(entry)
    },
    flush() {
      if (unwritten.length > 0) file.addTail(number, unwritten)
      unwritten = []
    },
    sumBefore(cut) {
      for (const [of, written] of sums) {
        if (of >= cut) continue
        sum = addSums(sum, written)
        sums.delete(of)
      }
      return sum
    },
  }
}
