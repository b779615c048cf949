import type { Memory } from './memory.ts'

/** Rows by hash. The table does not know the keys: the caller tests the rows of a hash. */
export interface HashTable {
  add(hash: number, row: number): void
  remove(hash: number, row: number): void
  /** Returns a row of the hash that passes; −1 if there is none. */
  find(hash: number, passes: (row: number) => boolean): number
}

const least = 1024

/** A 32-bit hash of a string. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return mixed(hash)
}

/** A 32-bit hash of two numbers. */
export const hashOfPair = (one: number, other: number): number =>
  mixed(Math.imul(one, 0x9e3779b1) ^ Math.imul(other, 0x85ebca6b))

const mixed = (value: number): number => {
  let hash = value ^ (value >>> 16)
  hash = Math.imul(hash, 0x7feb352d)
  hash ^= hash >>> 15
  return hash >>> 0
}

/** Creates a table of a memory: open addressing with the next free place, at most two thirds full. */
export const hashTable = (memory: Memory, name: string): HashTable => {
  /** Pairs: a hash, and a row plus one, 0 for a free place. */
  let pairs = new Uint32Array(2 * least)
  let mask = least - 1
  let size = 0

  const put = (hash: number, value: number): void => {
    let at = hash & mask
    while (pairs[2 * at + 1] !== 0) at = (at + 1) & mask
    pairs[2 * at] = hash
    pairs[2 * at + 1] = value
  }
  const grow = (): void => {
    const before = pairs
    pairs = new Uint32Array(2 * before.length)
    mask = pairs.length / 2 - 1
    for (let at = 0; at < before.length; at += 2) if (before[at + 1] !== 0) put(before[at]!, before[at + 1]!)
  }
  memory.add(name, {
    save: () => [new Uint8Array(pairs.slice().buffer)],
    load([saved]) {
      pairs = new Uint32Array(saved!.buffer as ArrayBuffer)
      mask = pairs.length / 2 - 1
      size = 0
      for (let at = 1; at < pairs.length; at += 2) if (pairs[at] !== 0) size++
    },
  })
  return {
    add(hash, row) {
      if (++size * 3 > (mask + 1) * 2) grow()
      put(hash, row + 1)
    },
    remove(hash, row) {
      let at = hash & mask
      while (pairs[2 * at + 1] !== row + 1) {
        if (pairs[2 * at + 1] === 0) return
        at = (at + 1) & mask
      }
      size--
      // Moves back what was put further on because this place was taken.
      for (let next = (at + 1) & mask; pairs[2 * next + 1] !== 0; next = (next + 1) & mask) {
        const home = pairs[2 * next]! & mask
        if (((next - home) & mask) < ((next - at) & mask)) continue
        pairs[2 * at] = pairs[2 * next]!
        pairs[2 * at + 1] = pairs[2 * next + 1]!
        at = next
      }
      pairs[2 * at + 1] = 0
    },
    find(hash, passes) {
      for (let at = hash & mask; pairs[2 * at + 1] !== 0; at = (at + 1) & mask)
        if (pairs[2 * at] === hash && passes(pairs[2 * at + 1]! - 1)) return pairs[2 * at + 1]! - 1
      return -1
    },
  }
}
