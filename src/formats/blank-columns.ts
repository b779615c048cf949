import { kinds, type JsonRows } from '../core/json-rows.ts'
import type { Fields } from '../core/json.ts'
import type { Projection } from '../core/projection.ts'
import type { Row } from '../core/row.ts'
import { parsedValue, unparsedColumn, type UnparsedColumn } from './unparsed-columns.ts'

const openList = 0x5b

type ReadColumn = (row: Fields, column: string) => unknown

/** Finds columns that have no value in any row. */
interface BlankColumns {
  /**
   * Inspects rows as they are written, until every column has had a value.
   *
   * @param read reads a column of a row; the property by default
   */
  see(rows: readonly Row<unknown>[], columns: readonly string[] | undefined, read?: ReadColumn): void
  /** As `see`, for unparsed rows. @param projection columns of rows that are not made */
  seeUnparsed(rows: JsonRows, columns: readonly string[], projection?: Projection): void
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
    see(rows, columns, read = property) {
      if (columns === undefined || rows.length === 0) return
      left ??= columns.filter(column => !never.includes(column))
      if (left.length > 0) left = without(left, rows, read)
    },
    seeUnparsed(rows, columns, projection) {
      if (rows.count === 0) return
      left ??= columns.filter(column => !never.includes(column))
      left = left.filter(column => !hasValue(rows, unparsedColumn(column, projection)))
    },
    left: () => left,
  }
}

const property: ReadColumn = (row, column) => {
  if (typeof row !== 'object' || row === null) return undefined
  const value = row[column]
  // Every object inherits a `constructor`. A column that is never filled costs one read a row.
  return value === null || value === undefined || Object.hasOwn(row, column) ? value : undefined
}

/** Those of the columns that have no value in these rows. */
const without = (columns: readonly string[], rows: readonly Row<unknown>[], read: ReadColumn): readonly string[] => {
  let left = columns
  // Row by row: most columns have a value in the first rows, so a later row costs a few reads.
  for (let at = 0; at < rows.length && left.length > 0; at++) {
    const value = rows[at]!.value as Fields
    for (let column = 0; column < left.length; column++) {
      const found = read(value, left[column]!)
      if (isBlank(found)) continue
      left = left.toSpliced(column--, 1)
    }
  }
  return left
}

const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0)

const hasValue = ({ count, names, bytes, spans, kinds: found }: JsonRows, { from, of }: UnparsedColumn): boolean => {
  const place = from === null ? -1 : names.indexOf(from)
  // A column that is never filled is looked at in every row, so its values are only made if something is made of them.
  for (let row = 0, value = place; row < count; row++, value += names.length) {
    const kind = place < 0 ? kinds.missing : found[value]!
    if (!of && (kind === kinds.missing || kind === kinds.nothing)) continue
    const start = spans[2 * value]!
    const end = spans[2 * value + 1]!
    const isEmptyList = kind === kinds.nested && end - start === 2 && bytes[start] === openList
    if (of ? !isBlank(of(place < 0 ? undefined : parsedValue(bytes, start, end, kind))) : !isEmptyList) return true
  }
  return false
}
