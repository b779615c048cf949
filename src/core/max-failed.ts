import { EntrapipeError } from './errors.ts'

/** How many rows may fail: a number of rows, or a share of those read, as `'5%'`. */
export type MaxFailed = number | `${number}%`

/** @throws EntrapipeError `OPTION_INVALID` when it is neither a number of rows nor a percentage up to 100 */
export const expectMaxFailed = (value: unknown): void => {
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null
  const isFine = percent ? Number(percent[1]) <= 100 : Number.isInteger(value) && (value as number) >= 0
  if (!isFine)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected maxFailed to be a number of rows from 0, or a percentage such as '5%', got ${String(value)}`,
    )
}
