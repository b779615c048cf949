import { hash } from 'node:crypto'

/** Number of 32-bit words per id. */
export const wordsPerId = 4
/** Size of an id in a file: 128 bits. */
export const bytesPerId = 16

/** Values of hexadecimal digits by byte, so that no look-up needs a check; above 255 for other bytes. */
const digits = new Uint16Array(0x100).fill(0x100)
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  digits[digit.charCodeAt(0)] = value
  digits[digit.toUpperCase().charCodeAt(0)] = value
}
const dash = 45
const guidLength = 36
const guid = new Uint8Array(guidLength)

/**
 * Writes an id as 16 bytes. A GUID becomes its bytes, as printed, ignoring case. Any other id becomes the first 16 bytes of its
 * SHA-256: the probability that two different ids collide is 2^-128.
 */
export const writeId = (id: string, into: Uint32Array, at: number): void => {
  if (id.length !== guidLength) return writeHash(id, into, at)
  for (let place = 0; place < guidLength; place++) {
    const code = id.charCodeAt(place)
    if (code > 0x7f) return writeHash(id, into, at)
    guid[place] = code
  }
  if (!writeGuid(guid, 0, into, at)) writeHash(id, into, at)
}

/** Writes an id that is UTF-8 in `bytes`. */
export const writeIdBytes = (bytes: Uint8Array, start: number, end: number, into: Uint32Array, at: number): void => {
  if (end - start !== guidLength || !writeGuid(bytes, start, into, at)) writeHash(bytes.subarray(start, end), into, at)
}

const writeHash = (id: string | Uint8Array, into: Uint32Array, at: number): void => {
  const digest = hash('sha256', id, 'buffer')
  for (let word = 0; word < wordsPerId; word++) into[at + word] = digest.readUInt32LE(word * 4)
}

/** Returns two digits as a byte; a number above 255 if one is not a digit. */
const pair = (bytes: Uint8Array, place: number): number => (digits[bytes[place]!]! << 4) | digits[bytes[place + 1]!]!

// Unrolled, because half of the cost of an id is here.
const writeGuid = (id: Uint8Array, from: number, into: Uint32Array, at: number): boolean => {
  if (id[from + 8] !== dash || id[from + 13] !== dash || id[from + 18] !== dash || id[from + 23] !== dash) return false
  const a = pair(id, from + 0)
  const b = pair(id, from + 2)
  const c = pair(id, from + 4)
  const d = pair(id, from + 6)
  const e = pair(id, from + 9)
  const f = pair(id, from + 11)
  const g = pair(id, from + 14)
  const h = pair(id, from + 16)
  const i = pair(id, from + 19)
  const j = pair(id, from + 21)
  const k = pair(id, from + 24)
  const l = pair(id, from + 26)
  const m = pair(id, from + 28)
  const n = pair(id, from + 30)
  const o = pair(id, from + 32)
  const p = pair(id, from + 34)
  into[at] = a | (b << 8) | (c << 16) | (d << 24)
  into[at + 1] = e | (f << 8) | (g << 16) | (h << 24)
  into[at + 2] = i | (j << 8) | (k << 16) | (l << 24)
  into[at + 3] = m | (n << 8) | (o << 16) | (p << 24)
  return (a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p) < 256
}

/** Whether the ids at two places are equal. */
export const sameId = (a: Uint32Array, at: number, b: Uint32Array, bt: number): boolean =>
  a[at] === b[bt] && a[at + 1] === b[bt + 1] && a[at + 2] === b[bt + 2] && a[at + 3] === b[bt + 3]

/** Returns a 32-bit hash of an id. Ids need not be random. Two seeds give two independent hashes. */
export const mixId = (words: Uint32Array, at: number, seed: number): number => {
  let mixed = seed
  for (let word = 0; word < wordsPerId; word++) {
    mixed = Math.imul(mixed ^ words[at + word]!, 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)
    mixed ^= mixed >>> 13
  }
  return Math.imul(mixed ^ (mixed >>> 16), 0x9e3779b1)
}
