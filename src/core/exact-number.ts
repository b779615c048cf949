/** A number for comparisons. Whole numbers from 2^53 are bigints, because JavaScript's numbers skip some of them. */
export type ExactNumber = number | bigint

// Number() also accepts '0x1F', '0b1' and 'Infinity', which are not numbers in feeds and filters.
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const whole = /^([+-]?\d+)(?:\.0*)?$/

/** Whether a decimal number becomes infinity in JavaScript, as 1e400, or zero without being zero, as 1e-400. */
export const isOutOfRange = (text: string, number: number): boolean =>
  number === 0 ? /^[^eE]*[1-9]/.test(text) : !Number.isFinite(number)

/**
 * Parses a decimal number without surrounding blanks. Returns undefined for any other text, and for a number outside the range
 * of JavaScript.
 */
export const numberIn = (text: string): ExactNumber | undefined => {
  if (!decimal.test(text)) return undefined
  const number = Number(text)
  if (number === 0 && isOutOfRange(text, number)) return undefined
  if (Number.isSafeInteger(number)) return number
  const digits = whole.exec(text)?.[1]
  if (digits !== undefined) return BigInt(digits)
  return Number.isFinite(number) ? exact(number) : undefined
}

const exact = (number: number): ExactNumber =>
  Number.isInteger(number) && !Number.isSafeInteger(number) ? BigInt(number) : number

/**
 * Returns a value as a number: equal numbers are `===`, however they were written. Undefined for NaN, infinite numbers, and
 * everything that is not a number.
 */
export const numberOf = (value: unknown): ExactNumber | undefined => {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? exact(value) : undefined
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
    case 'string':
      return numberIn(value.trim())
    default:
      return undefined
  }
}
