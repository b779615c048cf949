/**
 * Encodes a key so that SQLite stores it unchanged: NUL and lone surrogates are escaped. Different keys stay different, and
 * most stay readable.
 */
export const keyText = (key: string): string =>
  key.isWellFormed() && !key.includes('\0') && !key.startsWith(escaped) ? key : escaped + JSON.stringify(key)

const escaped = '\u0001'

/** Returns a 32-bit hash. Two seeds give two independent hashes. */
export const mixText = (text: string, seed: number): number => {
  let mixed = seed
  for (let at = 0; at < text.length; at++) {
    mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x85ebca6b)
    mixed ^= mixed >>> 13
  }
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)
  return Math.imul(mixed ^ (mixed >>> 16), 0x9e3779b1)
}
