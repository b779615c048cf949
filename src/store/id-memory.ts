import { bloomFilter } from './bloom-filter.ts'
import type { IdFile } from './id-file.ts'
import { mixId, sameId, wordsPerId } from './id-words.ts'

/** An id that the filter may have: where it starts in `words`, and the segment that may have it. */
export interface Suspect {
  readonly at: number
  readonly segment: number
}

/** What a journal of ids keeps in memory. Ids are passed as `words` and the place where the id starts. */
interface IdMemory {
  readonly length: number
  /** Returns the newest segment that may have the id; -1 if it is new. `high` is `highOf` the id. */
  segment(words: Uint32Array, at: number, high: number): number
  /** Returns the suspects (by `at`) that are in the file. */
  confirm(words: Uint32Array, suspects: readonly Suspect[]): ReadonlySet<number>
  /** Call after the first `count` ids of `words` were appended to the file. */
  add(words: Uint32Array, count: number): void
}

/** Below this size, the filter is rebuilt from the file, four times as large. Above it, the filter grows by segments. */
const segmentedFrom = 1 << 18
const smallest = 1 << 10
/** Number of ids kept around the last repeated one: 64 KB, after the first repetition. */
const window = 4096

/** The upper half of an id's hash. */
export const highOf = (words: Uint32Array, at: number): number => mixId(words, at, 0x3c6ef372)
const lowOf = (words: Uint32Array, at: number) => mixId(words, at, 0x1f83d9ab)

/** For a million ids: 24 bits each, in one or two segments. 1 in 50,000 new ids is looked up unnecessarily. */
const filterFor = (ids: number) => {
  let firstCapacity = smallest
  while (firstCapacity < ids && firstCapacity < segmentedFrom) firstCapacity *= 4
  return { firstCapacity, filter: bloomFilter({ bitsPerKey: 24, hashes: 10, firstCapacity }) }
}

/** Remembers the ids of a file. A filter in memory answers for most of them, the file for the rest. */
export const idMemory = (file: IdFile, saved: number): IdMemory => {
  let length = saved
  let { firstCapacity, filter } = filterFor(length)
  let recent = { first: 0, ids: new Uint32Array(0) }
  let expected = 0

  const fill = (words: Uint32Array, count: number) => {
    for (let at = 0; at < count * wordsPerId; at += wordsPerId) filter.add(highOf(words, at), lowOf(words, at))
  }
  file.each(0, length, fill)

  const lookAround = (first: number) => {
    recent = { first, ids: new Uint32Array(0) }
    file.each(first, Math.min(length, first + window), (words, count) => {
      recent = { first, ids: words.slice(0, count * wordsPerId) }
    })
  }

  /** Whether the id is among those that follow the last one found. */
  const follows = (words: Uint32Array, at: number): boolean => {
    const end = recent.first + recent.ids.length / wordsPerId
    if (expected < recent.first || expected >= end) lookAround(expected)
    for (let place = (expected - recent.first) * wordsPerId; place < recent.ids.length; place += wordsPerId)
      if (sameId(words, at, recent.ids, place)) {
        expected = recent.first + place / wordsPerId + 1
        return true
      }
    return false
  }

  /** Reads the newest segment that may have any of them. An id that is not in it is looked up in an older one, or is new. */
  const searchNewest = (words: Uint32Array, open: readonly Suspect[], yes: Set<number>): readonly Suspect[] => {
    const newest = Math.max(...open.map(({ segment }) => segment))
    const here = open.filter(({ segment }) => segment === newest)
    const { first, end } = filter.range(newest)
    const found = file.find(
      words,
      here.map(({ at }) => at),
      first,
      Math.min(end, length),
    )
    for (const [at, place] of found) {
      yes.add(at)
      expected = place + 1
    }
    return open.flatMap(suspect => {
      if (suspect.segment !== newest) return suspect
      if (yes.has(suspect.at)) return []
      const segment = filter.segment(highOf(words, suspect.at), lowOf(words, suspect.at), newest)
      return segment < 0 ? [] : { at: suspect.at, segment }
    })
  }

  return {
    get length() {
      return length
    },
    segment: (words, at, high) => filter.segment(high, lowOf(words, at)),
    confirm(words, suspects) {
      const yes = new Set<number>()
      let open: readonly Suspect[] = suspects.filter(({ at }) => !(follows(words, at) && yes.add(at)))
      while (open.length > 0) open = searchNewest(words, open, yes)
      return yes
    },
    add(words, count) {
      length += count
      if (length <= firstCapacity || firstCapacity === segmentedFrom) return fill(words, count)
      ;({ firstCapacity, filter } = filterFor(length))
      file.each(0, length, fill)
    },
  }
}
