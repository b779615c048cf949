import { nearest } from '../core/nearest.ts'

/** A suggestion to append to a message: ` Did you mean "export users"?`, or an empty string. */
export const didYouMean = (word: string, names: readonly string[]): string => {
  const found = names.find(name => name.startsWith(word)) ?? nearest(word, names)
  return found === undefined ? '' : ` Did you mean "${found}"?`
}
