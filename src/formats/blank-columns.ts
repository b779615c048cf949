import type { Row } from '../core/row.ts'

/** Finds columns that have no value in any row. */
interface BlankColumns {
  /** Inspects rows as they are written, until every column has had a value. */
  see(rows: readonly Row<unknown>[], columns: readonly string[] | undefined): void
  /** Columns without a value so far. Undefined before the first row, and if the rows have no columns in common. */
  left(): readonly string[] | undefined
}

/**
 * @param never columns that are known to be empty and are not reported
 * @param saved the result of `left` from the checkpoint that the run resumes from
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
