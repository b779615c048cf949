import { keyText } from './key-text.ts'
import type { Seal } from './seal.ts'

/** How the keys and values of a set or map are written in the file. */
export interface KeyWords {
  readonly key: (key: string) => string
  readonly value: (value: string) => string
  /** Reverses `value`. */
  readonly read: (value: string) => string
}

/** Keys and values as they are. */
export const plainWords: KeyWords = { key: keyText, value: value => value, read: value => value }

/** Keys as keyed hashes, and values encrypted. @param about the set or map to which they belong */
export const secretWords = (seal: Seal, about: string): KeyWords => ({
  key: key => seal.hash(keyText(key), about),
  value: value => (value === '' ? '' : seal.close(value, about)),
  read: value => (value === '' ? '' : seal.open(value, about)),
})
