import type { KeySet } from '../core/context.ts'
import type { KeyRuns } from './key-runs.ts'
import { plainWords, type KeyWords } from './key-words.ts'

/** The keys that a part has seen, exactly. */
export const keySet = (runs: KeyRuns, words: KeyWords = plainWords): KeySet => ({
  addAll: keys =>
    keys.map(given => {
      const key = words.key(given)
      if (runs.get(key) !== undefined) return false
      runs.put(key, '')
      return true
    }),
})
