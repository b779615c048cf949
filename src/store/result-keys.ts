import type { Key } from '../core/row.ts'
import { bloomFilter } from './bloom-filter.ts'
import { mixText } from './key-text.ts'

/** The rows and steps that have results, in four bytes each. */
export interface ResultKeys {
  /** Whether this one may have come before, wrongly in one of two million cases. Remembers it. */
  mayHave(phase: string, key: Key, step: number): boolean
}

/** Remembers nothing at first. */
export const resultKeys = (): ResultKeys => {
  const all = bloomFilter({ bitsPerKey: 32, hashes: 14, firstCapacity: 1 << 12 })
  return {
    mayHave(phase, key, step) {
      const id = `${phase}/${typeof key === 'number' ? '#' : ''}${key}/${step}`
      const high = mixText(id, 1)
      const low = mixText(id, 2)
      if (all.segment(high, low) >= 0) return true
      all.add(high, low)
      return false
    },
  }
}
