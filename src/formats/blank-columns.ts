import type { Fields } from '../core/json.ts'
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
      if (left.length > 0) left = without(left, rows)
    },
    left: () => left,
  }
}

/** Those of the columns that have no value in these rows. */
const without = (columns: readonly string[], rows: readonly Row<unknown>[]): readonly string[] => {
  let left = columns
  // Row by row: what a row of a full page costs here is a few reads, and columns that are never filled stay to the end.
  for (let at = 0; at < rows.length && left.length > 0; at++) {
    const { value } = rows[at]!
    if (typeof value !== 'object' || value === null) continue
    for (let column = 0; column < left.length; column++) {
      const found = (value as Fields)[left[column]!]
      if (found === null || found === undefined || (Array.isArray(found) && found.length === 0)) continue
      left = left.toSpliced(column--, 1)
    }
  }
  return left
}
