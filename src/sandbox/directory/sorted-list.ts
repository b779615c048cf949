import { firstIndex } from './search.ts'

/** Sorted items, in chunks, so that an insertion moves few of them. No two items compare as equal. */
export interface SortedList<T> {
  readonly length: number
  add(item: T): void
  remove(item: T): void
  at(index: number): T | undefined
  /** Returns the index of the first item for which `holds` is true, else the length. It must be true for every later item. */
  indexWhere(holds: (item: T) => boolean): number
}

const chunkSize = 512

/** Creates a list of the given items. */
export const sortedList = <T>(compare: (one: T, other: T) => number, items: readonly T[] = []): SortedList<T> => {
  const sorted = [...items].sort(compare)
  const chunks: T[][] = []
  for (let from = 0; from < sorted.length; from += chunkSize) chunks.push(sorted.slice(from, from + chunkSize))
  let length = sorted.length
  const lastOf = (chunk: number): T => {
    const found = chunks[chunk] as T[]
    return found[found.length - 1] as T
  }
  /** Chunk and place of the first item for which `holds` is true. */
  const find = (holds: (item: T) => boolean): readonly [chunk: number, place: number] => {
    const chunk = firstIndex(0, chunks.length, index => holds(lastOf(index)))
    const inside = chunks[chunk]
    return [chunk, inside ? firstIndex(0, inside.length, place => holds(inside[place] as T)) : 0]
  }
  return {
    get length() {
      return length
    },
    add(item) {
      let [chunk, place] = find(other => compare(other, item) >= 0)
      if (chunk === chunks.length && chunk > 0) {
        chunk--
        place = (chunks[chunk] as T[]).length
      }
      const inside = chunks[chunk] ?? (chunks[chunk] = [])
      inside.splice(place, 0, item)
      if (inside.length > 2 * chunkSize) chunks.splice(chunk + 1, 0, inside.splice(chunkSize))
      length++
    },
    remove(item) {
      const [chunk, place] = find(other => compare(other, item) >= 0)
      const inside = chunks[chunk]
      if (!inside || compare(inside[place] as T, item) !== 0) return
      inside.splice(place, 1)
      if (inside.length === 0) chunks.splice(chunk, 1)
      length--
    },
    at(index) {
      let left = index
      for (const chunk of chunks) {
        if (left < chunk.length) return chunk[left]
        left -= chunk.length
      }
      return undefined
    },
    indexWhere(holds) {
      const [chunk, place] = find(holds)
      let before = place
      for (let index = 0; index < chunk; index++) before += (chunks[index] as T[]).length
      return before
    },
  }
}
