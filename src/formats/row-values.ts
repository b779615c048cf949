import type { Refuse } from '../core/encoder.ts'
import { EntrapipeError } from '../core/errors.ts'
import { readable, type Fields } from '../core/json.ts'
import type { Row } from '../core/row.ts'

/** Whether a value has named columns. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a value is a page of Graph, with rows in its `value`, and no row itself. */
export const isGraphPage = (value: Fields): boolean =>
  Array.isArray(value['value']) && ('@odata.context' in value || '@odata.nextLink' in value)

/** The error of a page of Graph that stands where a row has to. */
export const pageForRow = (where: string, command: string, facts: Readonly<Record<string, number>>): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${where} is a page of Graph, with rows in its "value", and no row; take the rows out first: ${command}`,
    { facts },
  )

/** The first line of what an error says: `JSON.stringify` draws a cycle over several. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n')[0]! : String(error)

/** Just these columns of an object, absent ones null. What it gives holds until the next call. */
const onlyOf = (columns: readonly string[]): ((value: Fields) => Fields) => {
  // One object for all rows: one a row is more for the collector than all else that writing costs.
  const kept: Record<string, unknown> = Object.fromEntries(columns.map(column => [column, null]))
  const own = readable(columns)
  return value => {
    const given = own?.(value) ?? value
    for (const column of columns) kept[column] = given[column] ?? null
    return kept
  }
}

/** A row as JSON on one line; undefined, after `refuse`, for what JSON cannot say. */
type RowJson = (row: Row<unknown>, refuse: Refuse) => string | undefined

/** Writes rows as JSON; with `columns` just those, absent ones null. */
export const rowJson = (columns?: readonly string[]): RowJson => {
  const only = columns && onlyOf(columns)
  return (row, refuse) => {
    let why = 'it is not a JSON value'
    try {
      const text: string | undefined = JSON.stringify(only && isFields(row.value) ? only(row.value) : row.value)
      if (text !== undefined) return text
    } catch (error) {
      why = reasonOf(error)
    }
    refuse(row, `The row cannot be written as JSON: ${why}`, 'Take the value out, or make it a text')
    return undefined
  }
}
