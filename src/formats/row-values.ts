import type { Reject } from '../core/encoder.ts'
import { EntrapipeError } from '../core/errors.ts'
import { emptyRow, isFields, readable, type Fields } from '../core/json.ts'
import { readsOf, type Projection } from '../core/projection.ts'
import type { Row } from '../core/row.ts'

/** Whether a value is a Graph page, with rows in its `value`, and not a row. */
export const isGraphPage = (value: Fields): boolean =>
  Array.isArray(value['value']) && ('@odata.context' in value || '@odata.nextLink' in value)

/** The error for a Graph page in place of a row. */
export const pageForRow = (where: string, command: string, facts: Readonly<Record<string, number>>): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${where} is a Graph page with rows in "value", not a row. Extract the rows first: ${command}`,
    { facts },
  )

/** The first line of an error message. `JSON.stringify` describes a cycle over several lines. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n')[0]! : String(error)

const nullsOf = (columns: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(columns.map(column => [column, null]))

/** Selects columns of an object; missing ones are null. The result is valid until the next call. */
const onlyOf = (columns: readonly string[]): ((value: Fields) => Fields) => {
  // One object is reused for all rows: an object per row would cost more than the rest of writing.
  const kept = nullsOf(columns)
  const own = readable(columns)
  return value => {
    const given = own?.(value) ?? value
    for (const column of columns) kept[column] = given[column] ?? null
    return kept
  }
}

/** Encodes a row as JSON on one line. Calls `reject` and returns undefined if JSON cannot represent it. */
type RowJson = (row: Row<unknown>, reject: Reject) => string | undefined

/** Encodes rows as JSON; with `columns`, only these, with missing ones as null. */
export const rowJson = (columns?: readonly string[]): RowJson => {
  const only = columns && onlyOf(columns)
  return (row, reject) => {
    let why = 'it is not a JSON value'
    try {
      const text: string | undefined = JSON.stringify(only && isFields(row.value) ? only(row.value) : row.value)
      if (text !== undefined) return text
    } catch (error) {
      why = reasonOf(error)
    }
    reject(row, `The row cannot be written as JSON: ${why}`, 'Remove the value, or convert it to text')
    return undefined
  }
}

/**
 * Encodes rows that are not made yet as JSON, to the same text as `rowJson` does when they are. Throws if JSON cannot
 * represent a row, or a column cannot be read.
 */
export const projectedJson = (
  columns: readonly string[] | undefined,
  projection: Projection,
): ((row: Row<unknown>) => string) => {
  const names = columns ?? projection.map(({ name }) => name)
  const kept = columns ? nullsOf(columns) : emptyRow(names)()
  const reads = readsOf(names, projection)
  return ({ value }) => {
    for (let at = 0; at < names.length; at++) {
      const found = reads[at]!(value as Fields)
      kept[names[at]!] = columns ? (found ?? null) : found
    }
    const text: string | undefined = JSON.stringify(kept)
    if (text === undefined) throw new TypeError('The row is not a JSON value')
    return text
  }
}
