import { firstIndex } from './search.ts'

/**
 * Sorted items, in chunks, so that an insertion moves few of them. No two items compare as equal. A chunk is sorted when it is
 * first read, so that a list of many items is created without sorting them all.
 */
export interface SortedList<T> {
  readonly length: number
  add(item: T): void
  remove(item: T): void
  at(index: number): T | undefined
  /** Returns the index of the first item for which `holds` is true, else the length. It must be true for every later item. */
  indexWhere(holds: (item: T) => boolean): number
  /** Returns a function that returns the items one after the other, from an index: forwards, or backwards from before it. */
  walk(index: number, backwards?: boolean): () => T | undefined
}

interface Chunk<T> {
  items: T[]
  isSorted: boolean
}

const chunkSize = 512
const samplesPerChunk = 8

/** Creates a list of the given items. */
export const sortedList = <T>(compare: (one: T, other: T) => number, given: readonly T[] = []): SortedList<T> => {
  const chunks = distributed(compare, given)
  let length = given.length
  const itemsOf = (index: number): T[] => {
    const chunk = chunks[index] as Chunk<T>
    if (!chunk.isSorted) {
      chunk.items.sort(compare)
      chunk.isSorted = true
    }
    return chunk.items
  }
  /** Chunk and place of the first item for which `holds` is true. */
  const find = (holds: (item: T) => boolean): readonly [chunk: number, place: number] => {
    const chunk = firstIndex(0, chunks.length, index => holds(itemsOf(index).at(-1) as T))
    if (chunk === chunks.length) return [chunk, 0]
    const inside = itemsOf(chunk)
    return [chunk, firstIndex(0, inside.length, place => holds(inside[place] as T))]
  }
  /** Chunk and place of an index. */
  const locate = (index: number): readonly [chunk: number, place: number] => {
    let left = index
    for (let chunk = 0; chunk < chunks.length; chunk++) {
      const { length: size } = (chunks[chunk] as Chunk<T>).items
      if (left < size) return [chunk, left]
      left -= size
    }
    return [chunks.length, 0]
  }
  return {
    get length() {
      return length
    },
    add(item) {
      length++
      if (chunks.length === 0) {
        chunks.push({ items: [item], isSorted: true })
        return
      }
      let [chunk, place] = find(other => compare(other, item) >= 0)
      if (chunk === chunks.length) {
        chunk--
        place = itemsOf(chunk).length
      }
      const inside = itemsOf(chunk)
      inside.splice(place, 0, item)
      if (inside.length > 2 * chunkSize)
        chunks.splice(chunk + 1, 0, { items: inside.splice(chunkSize), isSorted: true })
    },
    remove(item) {
      const [chunk, place] = find(other => compare(other, item) >= 0)
      if (chunk === chunks.length) return
      const inside = itemsOf(chunk)
      if (compare(inside[place] as T, item) !== 0) return
      inside.splice(place, 1)
      if (inside.length === 0) chunks.splice(chunk, 1)
      length--
    },
    at(index) {
      const [chunk, place] = locate(index)
      return chunk < chunks.length ? itemsOf(chunk)[place] : undefined
    },
    indexWhere(holds) {
      const [chunk, place] = find(holds)
      let before = place
      for (let index = 0; index < chunk; index++) before += (chunks[index] as Chunk<T>).items.length
      return before
    },
    walk(index, backwards = false) {
      let [chunk, place] = locate(backwards ? index - 1 : index)
      if (backwards && index === 0) chunk = -1
      let inside = chunk >= 0 && chunk < chunks.length ? itemsOf(chunk) : undefined
      return () => {
        const item = inside?.[place]
        place += backwards ? -1 : 1
        if (inside && (backwards ? place < 0 : place >= inside.length)) {
          chunk += backwards ? -1 : 1
          inside = chunk >= 0 && chunk < chunks.length ? itemsOf(chunk) : undefined
          place = backwards && inside ? inside.length - 1 : 0
        }
        return item
      }
    },
  }
}

/** Puts items into chunks that follow one another, by a sample of them. The chunks themselves are not sorted. */
const distributed = <T>(compare: (one: T, other: T) => number, items: readonly T[]): Chunk<T>[] => {
  if (items.length === 0) return []
  const count = Math.ceil(items.length / chunkSize)
  const step = Math.max(1, Math.floor(items.length / (count * samplesPerChunk)))
  const sample = items.filter((_, index) => index % step === 0).sort(compare)
  const bounds = Array.from({ length: count - 1 }, (_, index) => sample[(index + 1) * samplesPerChunk]).filter(
    bound => bound !== undefined,
  )
  const chunks = Array.from({ length: bounds.length + 1 }, (): Chunk<T> => ({ items: [], isSorted: false }))
  for (const item of items) {
    const index = firstIndex(0, bounds.length, at => compare(bounds[at] as T, item) >= 0)
    ;(chunks[index] as Chunk<T>).items.push(item)
  }
  return chunks.filter(chunk => chunk.items.length > 0)
}
