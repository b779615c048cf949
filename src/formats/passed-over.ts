import type { PassedOver } from '../core/manifest.ts'

/** Counts the records of a file that are no rows, by what they are. */
export const passedOver = () => {
  const counts = new Map<string, { records: number; firstLine: number }>()
  let told = 0
  let total = 0
  return {
    add(what: string, line: number): void {
      const found = counts.get(what)
      if (found) found.records++
      else counts.set(what, { records: 1, firstLine: line })
      total++
    },
    /** Whether some were added since `all` was last asked. */
    hasMore: (): boolean => total > told,
    all(): readonly PassedOver[] {
      told = total
      return [...counts].map(([what, { records, firstLine }]) => ({ what, records, firstLine }))
    },
  }
}
