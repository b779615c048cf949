import { exactIntegers } from '../core/exact-json.ts'
import { kinds } from '../core/json-rows.ts'
import type { ProjectedColumn, Projection } from '../core/projection.ts'

/** A column of unparsed rows: a property, or what is made of it. */
export type UnparsedColumn = Pick<ProjectedColumn, 'of'> & {
  /** Null if the column never has a value. */
  readonly from: string | null
}

/** The properties that these columns are; undefined if one of them must be read from a parsed row. */
export const unparsedColumns = (
  columns: readonly string[],
  projection: Projection | undefined,
): readonly UnparsedColumn[] | undefined => {
  // A column that is not written may still throw, which fails its row.
  const cannot = projection?.some(({ name, from, of }) => from === undefined || (of && !columns.includes(name)))
  return cannot ? undefined : columns.map(name => unparsedColumn(name, projection))
}

/** The property that a column is, if it is one. */
export const unparsedColumn = (name: string, projection: Projection | undefined): UnparsedColumn => {
  if (!projection) return { from: name }
  const { from = null, of } = projection.find(column => column.name === name) ?? {}
  return { from, of }
}

/** Parses a value of unparsed rows; undefined if the row lacks it. */
export const parsedValue = (bytes: Buffer, start: number, end: number, kind: number): unknown => {
  if (kind === kinds.missing) return undefined
  if (kind === kinds.nothing) return null
  if (kind === kinds.text) return bytes.toString('utf8', start + 1, end - 1)
  return exactIntegers(bytes.toString('utf8', start, end))
}
