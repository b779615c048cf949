import { gather, scatter } from './permutation.ts'

/** GUIDs of one kind of object, computed from an index, and the reverse. */
export interface Guids {
  of(index: number): string
  /** Returns the index, less than `size`, of a GUID in any case. Undefined for other GUIDs. */
  indexOf(guid: string, size: number): number | undefined
}

const hex = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'))
const hexOf = (value: number): string => hex[value & 0xffff] as string

/** The number that the first eight hexadecimal digits stand for; −1 if they are not digits. */
const firstDigits = (guid: string): number => {
  let number = 0
  for (let at = 0; at < 8; at++) {
    const code = guid.charCodeAt(at) | 32
    const digit = code >= 97 && code <= 102 ? code - 87 : code >= 48 && code <= 57 ? code - 48 : -1
    if (digit < 0) return -1
    number = number * 16 + digit
  }
  return number
}

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
      const a = firstDigits(guid)
      if (guid.length !== 36 || a < 0) return undefined
      const index = (gather(a) ^ first) >>> 0
      // The size rules out most other GUIDs, and quickly.
      return index < size && of(index) === guid.toLowerCase() ? index : undefined
    },
  }
}
