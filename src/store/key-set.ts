import type { KeySet } from '../core/context.ts'
import type { KeyRuns } from './key-runs.ts'
import { keyText } from './key-text.ts'

/** The keys that a part has seen, exactly. */
export const keySet = (runs: KeyRuns): KeySet => ({
  addAll: keys =>
    keys.map(given => {
      const key = keyText(given)
      if (runs.get(key) !== undefined) return false
      runs.put(key, '')
      return true
    }),
})
