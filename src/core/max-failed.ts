import { EntrapipeError } from './errors.ts'

/** The number of rows that may fail, or their share of the rows read, such as `'5%'`. */
export type MaxFailed = number | `${number}%`

/** @throws EntrapipeError `OPTION_INVALID` unless it is a number of rows or a percentage up to 100 */
export const expectMaxFailed = (value: unknown): void => {
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null
  const isFine = percent ? Number(percent[1]) <= 100 : Number.isInteger(value) && (value as number) >= 0
  if (!isFine)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected maxFailed to be a number of rows from 0, or a percentage such as '5%', got ${String(value)}`,
    )
}
