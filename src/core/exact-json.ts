import { isOutOfRange } from './exact-number.ts'

const zero = 48
const nine = 57
/** The largest number of digits that is always exact. 2^53, the largest exact integer, has sixteen. */
const longest = 15

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  return code >= zero && code <= nine
}

/** Whether the text has a run of digits long enough to lose some. Looks at one character in sixteen. */
const hasManyDigits = (text: string): boolean => {
  for (let at = longest; at < text.length; at += longest + 1) {
    if (!isDigit(text, at)) continue
    let first = at
    while (first > 0 && isDigit(text, first - 1)) first--
    let after = at + 1
    while (isDigit(text, after)) after++
    if (after - first > longest && text[first - 1] !== '"') return true
    at = after - 1
  }
  return false
}

/**
 * Matches numbers with a three-digit exponent, which may be too large or too small, such as 1e400 and 1e-400. It rarely
 * matches text in quotes.
 */
const largeExponent = /(?:^|[:,[\s])-?\d[\d.]*[eE][+-]?\d{3}/

/**
 * Whether JavaScript would write a JSON number with other digits because it is too long an integer, or outside its range.
 */
export const losesDigits = (source: string): boolean => isOutOfRange(source, Number(source)) || isLongInteger(source)

const isLongInteger = (source: string): boolean =>
  source.length > longest && /^-?\d+$/.test(source) && String(Number(source)) !== source

type Reviver = (name: string, value: unknown, context?: { readonly source?: string }) => unknown

const textInstead =
  (loses: (source: string) => boolean): Reviver =>
  (_, value, context) =>
    typeof value === 'number' && context?.source !== undefined && loses(context.source) ? context.source : value

const exact = textInstead(losesDigits)
const exactInteger = textInstead(isLongInteger)

/**
 * `JSON.parse`, except that an integer that JavaScript cannot represent, or a number that would become infinity or zero,
 * becomes a string of its digits.
 *
 * @throws SyntaxError
 */
export const exactJson = (text: string): unknown =>
  hasManyDigits(text) || largeExponent.test(text) ? JSON.parse(text, exact) : JSON.parse(text)

/**
 * As `exactJson`, but only for integers. For replies of Graph, which have no numbers outside the range of JavaScript, but integers
 * of 64 bits, such as a directory extension of the type LargeInteger. It takes no measurable time. What it makes of a value does not
 * depend on the text around it.
 */
export const exactIntegers = (text: string): unknown =>
  hasManyDigits(text) ? JSON.parse(text, exactInteger) : JSON.parse(text)
