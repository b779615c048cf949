import type { Row } from '../core/row.ts'

/** Finds out which columns of a file have no value in any row. */
interface BlankColumns {
  /** Looks at rows as they are written; only until each column had a value once. */
  see(rows: readonly Row<unknown>[], columns: readonly string[] | undefined): void
  /** Columns without a value so far; undefined before the first row, and where the rows have no columns in common. */
  left(): readonly string[] | undefined
}

/**
 * @param never columns that are known to be empty: nobody looks for a value in them
 * @param saved what `left` answered where a run goes on
 */
export const blankColumns = (never: readonly string[] = [], saved?: readonly string[]): BlankColumns => {
  let left = saved
  return {
    see(rows, columns) {
      if (columns === undefined || rows.length === 0) return
      left ??= columns.filter(column => !never.includes(column))
      if (left.length > 0) left = left.filter(column => !rows.some(({ value }) => hasValue(value, column)))
    },
    left: () => left,
  }
}

const hasValue = (row: unknown, column: string): boolean => {
  if (typeof row !== 'object' || row === null) return false
  const value = (row as { readonly [name: string]: unknown })[column]
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)
}
