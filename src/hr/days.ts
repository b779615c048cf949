/** The orders in which a date can have its day, month and year. */
export const dateOrders = ['dmy', 'mdy', 'ymd'] as const

/** One of `dateOrders`. */
export type DateOrder = (typeof dateOrders)[number]

/** Why a text is no date. */
interface NoDay {
  readonly fault: string
  readonly fix: string
}

const inWords: Readonly<Record<DateOrder, string>> = {
  dmy: 'such as 31.01.2026',
  mdy: 'such as 01/31/2026',
  ymd: 'such as 2026-01-31',
}

/** Databases write a day as its midnight, and XML with an offset, where it is that day. */
const midnight = /[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?$/
const offset = /^(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)$/
/** SAP writes a day in JSON as its midnight in UTC, in milliseconds since 1970. */
const ofJson = /^\/Date\((-?\d{1,14})(?:[+-]0000)?\)\/$/
/** How databases and SAP write that there is no day. */
const isNone = (text: string): boolean => text.length >= 8 && text.replace(/[-/. ]/g, '') === '00000000'
const separated = /^(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})$/
const digits = /^\d{8}$/
const dayMs = 86_400_000

/** The end of the year 9999. */
const latestMs = Date.UTC(10_000, 0, 1)

const plain = (text: string): string => {
  const [, ms] = ofJson.exec(text) ?? []
  if (ms !== undefined && Number(ms) % dayMs === 0 && Math.abs(Number(ms)) < latestMs)
    return new Date(Number(ms)).toISOString().slice(0, 10)
  return text.replace(midnight, '').replace(offset, '$1')
}

/** Parts of a text, and their order: a year of four digits in front is followed by the month. */
const partsOf = (
  text: string,
  order: DateOrder,
): { readonly parts: readonly string[]; readonly order: DateOrder } | undefined => {
  const [, first = '', , second = '', third = ''] = separated.exec(text) ?? []
  if (first !== '') return { parts: [first, second, third], order: first.length === 4 ? 'ymd' : order }
  if (!digits.test(text)) return undefined
  const parts =
    order === 'ymd'
      ? [text.slice(0, 4), text.slice(4, 6), text.slice(6)]
      : [text.slice(0, 2), text.slice(2, 4), text.slice(4)]
  return { parts, order }
}

const isReal = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** What is wrong with a text, and what to do unless its order is wrong. */
interface Fault {
  readonly fault: string
  readonly fix?: string
}

const read = (text: string, stated: DateOrder): string | null | Fault => {
  if (isNone(text)) return null
  const found = partsOf(text, stated)
  if (!found)
    return /^\d{5}(?:\.\d+)?$/.test(text)
      ? {
          fault: 'which is how Excel counts days, not a date',
          fix: 'Set the format of the column to text or to a date, and save the file again.',
        }
      : { fault: `not a date ${inWords[stated]}` }
  const { parts, order } = found
  const at = (part: 'd' | 'm' | 'y'): string => parts[order.indexOf(part)]!
  const [year, month, day] = [at('y'), at('m'), at('d')]
  if (year.length !== 4 || month.length > 2 || day.length > 2)
    return { fault: `not a date ${inWords[order]}, with four digits for the year` }
  if (!isReal(Number(year), Number(month), Number(day)))
    return { fault: `a day that does not exist in the order ${order}` }
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

/**
 * The day that a text means, as `2026-01-31`, null if it says that there is none (`0000-00-00`), or why it is no day. Nothing is
 * guessed: the year has four digits. If it stands in front, month and day follow, whatever the stated order is.
 */
export const dayIn = (given: string, stated: DateOrder): string | null | NoDay => {
  const text = plain(given)
  const found = read(text, stated)
  if (found === null || typeof found === 'string') return found
  const fitting = dateOrders.filter(order => typeof read(text, order) === 'string')
  const fix =
    fitting.length === 0
      ? 'Correct the row, or the order in the mapping.'
      : `Write .date('${fitting.join("') or .date('")}') in the mapping if the column has this order, or correct the row.`
  return { fix, ...found }
}

/** The day so many days later. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** Whole days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)

const formats = new Map<string, Intl.DateTimeFormat>()

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  formats.set(zone, format)
  return format
}

/** The calendar day in a time zone, as `2026-01-31`. */
export const dayAt = (ms: number, zone: string): string => {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  )
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`
}
