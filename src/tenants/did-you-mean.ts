import { nearest } from '../core/nearest.ts'

/** A sentence's end that names what a person may have meant: ` Did you mean "export users"?`, or nothing. */
export const didYouMean = (word: string, names: readonly string[]): string => {
  const found = names.find(name => name.startsWith(word)) ?? nearest(word, names)
  return found === undefined ? '' : ` Did you mean "${found}"?`
}
