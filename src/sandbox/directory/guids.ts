import { gather, scatter } from './permutation.ts'

/** GUIDs of one kind of object, computed from an index, and the reverse. */
export interface Guids {
  of(index: number): string
  /** Returns the index, less than `size`, of a GUID in any case. Undefined for other GUIDs. */
  indexOf(guid: string, size: number): number | undefined
}

const hex = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'))
const hexOf = (value: number): string => hex[value & 0xffff] as string

/** Version 4 GUIDs. The first eight digits are the scattered index; the others are derived from it and the key. */
export const guids = (key: number): Guids => {
  const first = scatter(key ^ 0x51ed270b)
  const second = scatter(first + 0x9e3779b9)
  const third = scatter(first + 0x3c6ef372)
  const of = (index: number): string => {
    const a = scatter(index ^ first)
    const b = scatter(a ^ second)
    const c = scatter(b ^ third)
    return `${hexOf(a >>> 16)}${hexOf(a)}-${hexOf(b >>> 16)}-${hexOf(0x4000 | (b & 0xfff))}-${hexOf(0x8000 | (c & 0x3fff))}-${hexOf(c >>> 16)}${hexOf(a + c)}${hexOf(b ^ (c >>> 8))}`
  }
  return {
    of,
    indexOf(guid, size) {
      const a = Number(`0x${guid.slice(0, 8)}`)
      if (guid.length !== 36 || Number.isNaN(a)) return undefined
      const index = (gather(a) ^ first) >>> 0
      // Most GUIDs are told apart by this, which is quicker than to make one.
      return index < size && of(index) === guid.toLowerCase() ? index : undefined
    },
  }
}
