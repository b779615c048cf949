import { firstIndex } from '../search.ts'

/** Sorted numbers below 2^32, usually rows, in chunks, so that an insertion moves few of them. No two compare as equal. */
export interface SortedRows {
  readonly length: number
  add(row: number): void
  remove(row: number): void
  /** Returns the index of the first row for which `holds` is true, else the length. It must be true for every later row. */
  indexWhere(holds: (row: number) => boolean): number
  /** Returns a function that returns the rows one after the other, from an index: forwards, or backwards from before it. */
  walk(index: number, backwards?: boolean): () => number | undefined
  /** All rows in order, copied. */
  all(): Uint32Array
}

interface Chunk {
  readonly rows: Uint32Array
  length: number
}

const chunkSize = 512

/** Creates a list of the given rows, which are sorted. */
export const sortedRows = (compare: (one: number, other: number) => number, given: Uint32Array): SortedRows => {
  const chunks: Chunk[] = []
  let length = given.length
  const chunkOf = (rows: Uint32Array): Chunk => {
    const chunk = { rows: new Uint32Array(2 * chunkSize), length: rows.length }
    chunk.rows.set(rows)
    return chunk
  }
  for (let at = 0; at < length; at += chunkSize) chunks.push(chunkOf(given.subarray(at, at + chunkSize)))

  /** Chunk and place of the first row for which `holds` is true. */
  const find = (holds: (row: number) => boolean): readonly [chunk: number, place: number] => {
    const chunk = firstIndex(0, chunks.length, index => {
      const { rows, length: size } = chunks[index]!
      return holds(rows[size - 1]!)
    })
    if (chunk === chunks.length) return [chunk, 0]
    const { rows, length: size } = chunks[chunk]!
    return [chunk, firstIndex(0, size, place => holds(rows[place]!))]
  }
  /** Chunk and place of an index. */
  const locate = (index: number): readonly [chunk: number, place: number] => {
    let left = index
    for (const [chunk, { length: size }] of chunks.entries()) {
      if (left < size) return [chunk, left]
      left -= size
    }
    return [chunks.length, 0]
  }
  return {
    get length() {
      return length
    },
    add(row) {
      length++
      if (chunks.length === 0) return void chunks.push(chunkOf(Uint32Array.of(row)))
      let [at, place] = find(other => compare(other, row) >= 0)
      if (at === chunks.length) place = chunks[--at]!.length
      const chunk = chunks[at]!
      const { rows } = chunk
      rows.copyWithin(place + 1, place, chunk.length++)
      rows[place] = row
      if (chunk.length < rows.length) return
      chunks.splice(at + 1, 0, chunkOf(rows.subarray(chunkSize)))
      chunk.length = chunkSize
    },
    remove(row) {
      const [at, place] = find(other => compare(other, row) >= 0)
      const chunk = chunks[at]
      if (!chunk || compare(chunk.rows[place]!, row) !== 0) return
      chunk.rows.copyWithin(place, place + 1, chunk.length--)
      if (chunk.length === 0) chunks.splice(at, 1)
      length--
    },
    indexWhere(holds) {
      const [chunk, place] = find(holds)
      let before = place
      for (let index = 0; index < chunk; index++) before += chunks[index]!.length
      return before
    },
    walk(index, backwards = false) {
      let [at, place] = locate(backwards ? index - 1 : index)
      if (backwards && index === 0) at = -1
      return () => {
        const chunk = chunks[at]
        if (!chunk) return undefined
        const row = chunk.rows[place]
        place += backwards ? -1 : 1
        if (place < 0 || place >= chunk.length) {
          at += backwards ? -1 : 1
          place = backwards ? (chunks[at]?.length ?? 0) - 1 : 0
        }
        return row
      }
    },
    all() {
      const rows = new Uint32Array(length)
      let at = 0
      for (const chunk of chunks) {
        rows.set(chunk.rows.subarray(0, chunk.length), at)
        at += chunk.length
      }
      return rows
    },
  }
}
