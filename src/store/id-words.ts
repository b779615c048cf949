import { hash } from 'node:crypto'

/** Words of 32 bits that an id takes. */
export const wordsPerId = 4
export const bytesPerId = 16

const digits = new Uint8Array(128).fill(0xff)
for (let value = 0; value < 16; value++) {
  digits[value.toString(16).charCodeAt(0)] = value
  digits[value.toString(16).toUpperCase().charCodeAt(0)] = value
}
const dash = 45

/**
 * Writes an id as 16 bytes. A GUID is its own bytes, as printed, and the same id in upper and lower case; any other id
 * is the first 16 bytes of its SHA-256, so that two of them are one only if they are equal, as far as anyone can tell
 * (2^-128 a pair).
 */
export const writeId = (id: string, into: Uint32Array, at: number): void => {
  if (id.length === 36 && writeGuid(id, into, at)) return
  const digest = hash('sha256', id, 'buffer')
  for (let word = 0; word < wordsPerId; word++) into[at + word] = digest.readUInt32LE(word * 4)
}

const writeGuid = (id: string, into: Uint32Array, at: number): boolean => {
  if (id.charCodeAt(8) !== dash || id.charCodeAt(13) !== dash) return false
  if (id.charCodeAt(18) !== dash || id.charCodeAt(23) !== dash) return false
  let wrong = 0
  let place = 0
  for (let word = 0; word < wordsPerId; word++) {
    let value = 0
    for (let byte = 0; byte < 32; byte += 8) {
      // Dashes stand only between whole bytes.
      if (place === 8 || place === 13 || place === 18 || place === 23) place++
      const first = id.charCodeAt(place++)
      const second = id.charCodeAt(place++)
      const high = first < 128 ? digits[first]! : 0xff
      const low = second < 128 ? digits[second]! : 0xff
      wrong |= high | low
      value |= ((high << 4) | low) << byte
    }
    into[at + word] = value
  }
  return wrong < 16
}

export const sameId = (a: Uint32Array, at: number, b: Uint32Array, bt: number): boolean =>
  a[at] === b[bt] && a[at + 1] === b[bt + 1] && a[at + 2] === b[bt + 2] && a[at + 3] === b[bt + 3]

/** 32 bits that depend on every bit of an id; ids need not be random. Two seeds give two independent hashes. */
export const mixId = (words: Uint32Array, at: number, seed: number): number => {
  let mixed = seed
  for (let word = 0; word < wordsPerId; word++) {
    mixed = Math.imul(mixed ^ words[at + word]!, 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)
    mixed ^= mixed >>> 13
  }
  return Math.imul(mixed ^ (mixed >>> 16), 0x9e3779b1)
}
