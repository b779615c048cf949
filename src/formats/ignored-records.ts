import type { IgnoredRecords } from '../core/manifest.ts'

/** Counts the records of a file that are not rows, by kind. */
export const ignoredRecords = () => {
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
    /** Whether records were added since the last call of `all`. */
    hasMore: (): boolean => total > told,
    all(): readonly IgnoredRecords[] {
      told = total
      return [...counts].map(([what, { records, firstLine }]) => ({ what, records, firstLine }))
    },
  }
}
