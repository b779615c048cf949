import { EntrapipeError } from './errors.ts'

/** A number of rows, or their share of the rows read, such as `'5%'`. */
export type AtMost = number | `${number}%`

const percent = /^(\d+(?:\.\d+)?)%$/

/** @throws EntrapipeError `OPTION_INVALID` unless it is a number of rows or a percentage up to 100 */
export const expectAtMost = (name: string, value: unknown): void => {
  const share = typeof value === 'string' ? percent.exec(value) : null
  const isFine = share ? Number(share[1]) <= 100 : Number.isInteger(value) && (value as number) >= 0
  if (!isFine)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected ${name} to be a number of rows from 0, or a percentage such as '5%', got ${String(value)}`,
    )
}

/** Whether so many rows, of those read, are more than allowed. */
export const exceeds = (most: AtMost, rows: number, read: number): boolean =>
  typeof most === 'number' ? rows > most : rows * 100 > Number.parseFloat(most) * read
