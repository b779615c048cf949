/**
 * The type of a column, for formats whose columns have one. `timestamp` is a point in time in UTC, to the microsecond; `texts` a list of
 * texts; `json` any value as JSON text; `any` the text that a CSV cell has.
 */
export type ColumnType =
  'boolean' | 'int32' | 'int64' | 'double' | 'timestamp' | 'date' | 'text' | 'texts' | 'json' | 'any'

/** The types of columns by name. A column that is not named is `any`. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>

/** All types. */
export const columnTypes: readonly ColumnType[] = [
  'boolean',
  'int32',
  'int64',
  'double',
  'timestamp',
  'date',
  'text',
  'texts',
  'json',
  'any',
]
