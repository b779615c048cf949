import { numberOf } from '../../core/exact-number.ts'
import { momentOf } from '../../core/instant.ts'
import { truthOf } from '../../core/truth.ts'

/** The type to convert text to; see `convert`. */
export type Conversion = 'text' | 'number' | 'boolean' | 'date' | 'list' | ((value: unknown) => unknown)

/** How to read text written by people. */
export interface ConvertOptions {
  /** The order of dates in which the year does not come first. @default 'dmy' */
  readonly dateOrder?: 'dmy' | 'mdy'
  /** Separates the items of a list. @default ';' */
  readonly arraySeparator?: string
}

/** The function that converts a value. It is not called with null, and gets strings trimmed. Throws an Error that says what was expected. */
export const conversion = (to: Conversion, options: Required<ConvertOptions>): ((value: unknown) => unknown) => {
  switch (to) {
    case 'text':
      return text
    case 'number':
      return number
    case 'boolean':
      return boolean
    case 'date':
      return value => date(value, options.dateOrder)
    case 'list':
      return value => list(value, options.arraySeparator)
    default:
      return to
  }
}

const expected = (what: string, value: unknown): never => {
  const got = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? typeof value)
  throw new Error(`Expected ${what}, got ${got}`)
}

const text = (value: unknown): string => (typeof value === 'object' ? expected('text', value) : String(value))

const number = (value: unknown): number => {
  const made = numberOf(value) ?? expected('a number', value)
  // A long employee number would change its digits.
  return typeof made === 'bigint' ? expected('a number below 2^53 (longer ones must stay text)', value) : made
}

const boolean = (value: unknown): boolean => truthOf(value) ?? expected('true or false', value)

const list = (value: unknown, separator: string): readonly unknown[] => {
  if (Array.isArray(value)) return value
  return text(value)
    .split(separator)
    .map(item => item.trim())
    .filter(Boolean)
}

const yearFirst = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(.*)$/s
const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(.*)$/s

/** A date, or a timestamp if the text has a time zone. */
const date = (value: unknown, order: 'dmy' | 'mdy'): string => {
  if (value instanceof Date && Number.isFinite(value.getTime())) return value.toISOString()
  const given = text(value)
  const last = yearLast.exec(given)
  const time = last?.[4] ?? yearFirst.exec(given)?.[1]
  if (time === undefined) return expected('a date such as 2026-01-31', value)
  const [day, month] = order === 'dmy' ? [last?.[1], last?.[2]] : [last?.[2], last?.[1]]
  const moment = momentOf(last ? `${last[3]}-${month}-${day}${time}` : given)
  if (moment?.isDay) return moment.instant.slice(0, 10)
  // Milliseconds as JavaScript writes them, or more digits if the text has more.
  if (moment) return `${moment.instant}${moment.instant.includes('.') ? '' : '.'}`.padEnd(23, '0') + 'Z'
  const dayAlone = last ? `${last[3]}-${month}-${day}` : given.slice(0, given.length - time.length)
  if (momentOf(dayAlone))
    return expected('a date such as 2026-01-31, or a time with a time zone such as 2026-01-31T08:30:00Z', value)
  const readAs = order === 'dmy' ? 'day, month, year' : 'month, day, year'
  return expected(last ? `a date that exists (read as ${readAs})` : 'a date that exists', value)
}
