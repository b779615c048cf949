import { InvalidArgumentError } from 'commander'

/** A parser of `a, b,c` as its items. */
export const list =
  (option: string) =>
  (text: string): readonly string[] => {
    const items = text.split(',').map(item => item.trim())
    if (items.some(item => item === ''))
      throw new InvalidArgumentError(`Expected ${option} to be names separated by commas, got "${text}".`)
    return items
  }

/** A parser of whole numbers from `least` on, up to `most`. */
export const whole =
  (option: string, least: number, most = Infinity) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(
        `Expected ${option} to be a whole number from ${least}${most === Infinity ? '' : ` to ${most}`}, got "${text}".`,
      )
    return value
  }
