import type { Query } from './types.ts'

/** A range of an order, by its keys. */
export interface Range {
  /** Whether a key is in the range or after it. */
  starts(key: string): boolean
  /** Whether a key is after the range. */
  ends(key: string): boolean
}

/** Whether a key is in the range. */
export const within = ({ starts, ends }: Range, key: string): boolean => starts(key) && !ends(key)

/** Keys that start with a prefix, ignoring case. */
export const prefixRange = (prefix: string): Range => {
  const lower = prefix.toLowerCase()
  return { starts: key => key >= lower, ends: key => key > lower && !key.startsWith(lower) }
}

/** Keys that equal a value, ignoring case. */
export const wholeRange = (value: string): Range => {
  const lower = value.toLowerCase()
  return { starts: key => key >= lower, ends: key => key > lower }
}

/**
 * Dates between two inclusive bounds. Keys of dates are whole seconds, so bounds are rounded to the next second inside.
 *
 * @throws RangeError for a bound that is not a date
 */
export const dateRange = ({ from, to, isNull }: NonNullable<Query['between']>): Range => {
  if (isNull) return { starts: () => true, ends: key => key > '' }
  const low = from === undefined ? undefined : second(from, Math.ceil)
  const high = to === undefined ? undefined : second(to, Math.floor)
  return {
    starts: key => (low === undefined ? key > '' : key >= low),
    ends: key => high !== undefined && key > high,
  }
}

const second = (text: string, round: (value: number) => number): string => {
  const withZone = /(?:z|[+-]\d\d:\d\d)$/i.test(text) || !/t/i.test(text) ? text : `${text}Z`
  const ms = Date.parse(withZone)
  if (Number.isNaN(ms)) throw new RangeError(`Expected an ISO 8601 date, got ${text}`)
  return `${new Date(round(ms / 1000) * 1000).toISOString().slice(0, 19)}z`.toLowerCase()
}
