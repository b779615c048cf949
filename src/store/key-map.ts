import type { KeyMap } from '../core/context.ts'
import type { Json } from '../core/json.ts'
import type { KeyRuns } from './key-runs.ts'
import { plainWords, type KeyWords } from './key-words.ts'

/** Values by key, as JSON. */
export const keyMap = <V extends Json>(runs: KeyRuns, words: KeyWords = plainWords): KeyMap<V> => ({
  setAll(entries) {
    for (const [key, value] of entries) runs.put(words.key(key), words.value(JSON.stringify(value)))
  },
  getAll: keys =>
    keys.map(key => {
      const text = runs.get(words.key(key))
      return text === undefined ? undefined : (JSON.parse(words.read(text)) as V)
    }),
})
