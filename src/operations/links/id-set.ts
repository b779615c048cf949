/** Ids of objects (GUIDs). */
export interface IdSet {
  readonly size: number
  has(id: string): boolean
}

/** Words of an id. */
const width = 4
const firstSlots = 64

const read = (id: string, into: Uint32Array): void => {
  const hex = id.replaceAll('-', '')
  for (let at = 0; at < width; at++) into[at] = Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16)
}

/** Index of the id `wanted` in the table, or of the free slot where it belongs. Half of the slots are free, so the search is short. */
const find = (table: Uint32Array, wanted: Uint32Array): number => {
  const slots = table.length / width
  for (let slot = ((wanted[0]! ^ wanted[3]!) >>> 0) % slots; ; slot = (slot + 1) % slots) {
    const at = slot * width
    if (isFree(table, at) || wanted.every((word, index) => table[at + index] === word)) return at
  }
}

/** No object has the id of zeros. */
const isFree = (table: Uint32Array, at: number): boolean =>
  (table[at]! | table[at + 1]! | table[at + 2]! | table[at + 3]!) === 0

const doubled = (table: Uint32Array): Uint32Array => {
  const larger = new Uint32Array(table.length * 2)
  for (let at = 0; at < table.length; at += width) {
    const id = table.subarray(at, at + width)
    if (!isFree(id, 0)) larger.set(id, find(larger, id))
  }
  return larger
}

/** Creates an empty set to which ids are added. Holds 32 to 64 bytes for each. */
export const idSet = (): IdSet & { add(id: string): void } => {
  let table: Uint32Array = new Uint32Array(width * firstSlots)
  let size = 0
  const words = new Uint32Array(width)
  return {
    get size() {
      return size
    },
    has(id) {
      read(id, words)
      return !isFree(table, find(table, words))
    },
    add(id) {
      if (size * 2 * width >= table.length) table = doubled(table)
      read(id, words)
      const at = find(table, words)
      if (!isFree(table, at)) return
      table.set(words, at)
      size++
    },
  }
}
