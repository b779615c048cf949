import type { KeyMap } from '../core/context.ts'
import type { Json } from '../core/json.ts'
import type { KeyRuns } from './key-runs.ts'
import { keyText } from './key-text.ts'

/** Values by key, as JSON. */
export const keyMap = <V extends Json>(runs: KeyRuns): KeyMap<V> => ({
  setAll(entries) {
    for (const [key, value] of entries) runs.put(keyText(key), JSON.stringify(value))
  },
  getAll: keys =>
    keys.map(key => {
      const text = runs.get(keyText(key))
      return text === undefined ? undefined : (JSON.parse(text) as V)
    }),
})
