import type { Refuse } from '../core/encoder.ts'
import type { Fields } from '../core/json.ts'
import type { Row } from '../core/row.ts'

/** Whether a value has named columns. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The first line of what an error says: `JSON.stringify` draws a cycle over several. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n')[0]! : String(error)

const only = (value: Fields, columns: readonly string[]): Fields => {
  const kept: Record<string, unknown> = {}
  for (const column of columns) kept[column] = value[column] ?? null
  return kept
}

/** A row as JSON on one line; undefined, after `refuse`, for what JSON cannot say. With `columns` just those, absent ones null. */
export const rowJson = (row: Row<unknown>, refuse: Refuse, columns?: readonly string[]): string | undefined => {
  let why = 'it is not a JSON value'
  try {
    const text: string | undefined = JSON.stringify(
      columns && isFields(row.value) ? only(row.value, columns) : row.value,
    )
    if (text !== undefined) return text
  } catch (error) {
    why = reasonOf(error)
  }
  refuse(row, `The row cannot be written as JSON: ${why}`, 'Take the value out, or make it a text')
  return undefined
}
