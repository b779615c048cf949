import { EntrapipeError } from '../core/errors.ts'
import { isFields, kindInWords } from '../core/json.ts'
import type { Row } from '../core/row.ts'

const isRow = (row: unknown): row is Row<unknown> =>
  typeof row === 'object' &&
  row !== null &&
  'value' in row &&
  'key' in row &&
  (typeof row.key === 'string' || typeof row.key === 'number')

const wrong = (role: string, kind: string, expected: string, got: unknown): EntrapipeError =>
  new EntrapipeError(
    'PIPELINE_INVALID',
    `Expected the ${role} ${kind} to return ${expected}, got ${shown(got)}.`,
    role === 'transform' ? { fix: ofValues } : {},
  )

const ofValues =
  'For a function that returns values, not rows, use map for one value, or flatMap for a list of values: each becomes a row.'

/** Names the columns of an object, but not their content: a row may contain personal data. */
const shown = (got: unknown): string =>
  isFields(got) ? `an object with ${Object.keys(got).slice(0, 5).join(', ') || 'nothing in it'}` : kindInWords(got)

const aRow = 'a row { key, value } whose key is text or a number'

/**
 * Returns rows unchanged.
 *
 * @param role role of the part that returned them
 * @throws EntrapipeError `PIPELINE_INVALID` when they are not a list, or one of them is not a row
 */
export const expectRows = (rows: unknown, role: string, kind: string): readonly Row<unknown>[] => {
  if (!Array.isArray(rows)) throw wrong(role, kind, 'a list of rows', rows)
  for (const row of rows) expectRow(row, role, kind)
  return rows as readonly Row<unknown>[]
}

/** Returns the value of one of several rows made of one. @throws EntrapipeError `PIPELINE_INVALID` */
export const valueOf = (row: unknown, role: string, kind: string): unknown => {
  if (typeof row === 'object' && row !== null && 'value' in row) return row.value
  throw wrong(role, kind, aRow, row)
}

/** As `expectRows`, for one row. */
export const expectRow = (row: unknown, role: string, kind: string): Row<unknown> => {
  if (isRow(row)) return row
  throw wrong(role, kind, aRow, row)
}
