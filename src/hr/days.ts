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

/** Databases write a day as its midnight. */
const midnight = /[T ]00:00(?::00(?:\.0+)?)?Z?$/
const separated = /^(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})$/
const digits = /^\d{8}$/

/** Day, month and year in the order of the text. */
const partsOf = (text: string, order: DateOrder): readonly string[] | undefined => {
  const [, first = '', , second = '', third = ''] = separated.exec(text) ?? []
  if (first !== '') return [first, second, third]
  if (!digits.test(text)) return undefined
  return order === 'ymd'
    ? [text.slice(0, 4), text.slice(4, 6), text.slice(6)]
    : [text.slice(0, 2), text.slice(2, 4), text.slice(4)]
}

const isReal = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** The day that a text means, as `2026-01-31`, or why it is none. Nothing is guessed: the year has four digits. */
export const dayIn = (text: string, order: DateOrder): string | NoDay => {
  const parts = partsOf(text.replace(midnight, ''), order)
  if (!parts) {
    const isSerial = /^\d{5}(?:\.\d+)?$/.test(text)
    return {
      fault: isSerial ? 'which is how Excel counts days, not a date' : `not a date ${inWords[order]}`,
      fix: isSerial
        ? 'Set the format of the column to text or to a date, and save the file again.'
        : 'Correct the row.',
    }
  }
  const at = (part: 'd' | 'm' | 'y'): string => parts[order.indexOf(part)]!
  const [year, month, day] = [at('y'), at('m'), at('d')]
  if (year.length !== 4 || month.length > 2 || day.length > 2)
    return { fault: `not a date ${inWords[order]}, with four digits for the year`, fix: 'Correct the row.' }
  if (!isReal(Number(year), Number(month), Number(day)))
    return {
      fault: `a day that does not exist in the order ${order}`,
      fix: 'Correct the row, or the order in the mapping.',
    }
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

/** The day so many days later. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** Whole days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)

const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether the machine knows a time zone such as `Europe/Berlin`. */
export const isTimeZone = (zone: string): boolean => {
  try {
    formatOf(zone)
    return true
  } catch {
    // An unknown zone throws a RangeError.
    return false
  }
}

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
