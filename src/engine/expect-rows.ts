import { EntrapipeError } from '../core/errors.ts'
import type { Row } from '../core/row.ts'

const isRow = (row: unknown): row is Row<unknown> =>
  typeof row === 'object' &&
  row !== null &&
  'value' in row &&
  'key' in row &&
  (typeof row.key === 'string' || typeof row.key === 'number')

const wrong = (role: string, kind: string, expected: string, got: unknown): EntrapipeError =>
  new EntrapipeError('PIPELINE_INVALID', `The ${role} ${kind} gave ${shown(got)} where ${expected} was expected.`)

/** What it is, and no more of it: a row may hold what is nobody's business. */
const shown = (got: unknown): string => {
  if (Array.isArray(got)) return 'a list'
  if (typeof got !== 'object' || got === null)
    return got === undefined || got === null ? String(got) : `a ${typeof got}`
  return `an object with ${Object.keys(got).slice(0, 5).join(', ') || 'nothing in it'}`
}

const aRow = 'a row { key, value }, whose key is a text or a number,'

/**
 * Rows as they are.
 *
 * @param role of the part that gave them
 * @throws EntrapipeError `PIPELINE_INVALID` when they are no list, or one of them is no row
 */
export const expectRows = (rows: unknown, role: string, kind: string): readonly Row<unknown>[] => {
  if (!Array.isArray(rows)) throw wrong(role, kind, 'a list of rows', rows)
  for (const row of rows) expectRow(row, role, kind)
  return rows as readonly Row<unknown>[]
}

/** The value of one of several rows that are made of one, whose keys it gives itself. @throws EntrapipeError `PIPELINE_INVALID` */
export const valueOf = (row: unknown, role: string, kind: string): unknown => {
  if (typeof row === 'object' && row !== null && 'value' in row) return row.value
  throw wrong(role, kind, aRow, row)
}

/** The same for one row. */
export const expectRow = (row: unknown, role: string, kind: string): Row<unknown> => {
  if (isRow(row)) return row
  throw wrong(role, kind, aRow, row)
}
