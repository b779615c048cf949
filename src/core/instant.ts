// Graph's format, on a day that every month has. Matched first, because this runs for every row.
const graphForm = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/

const shape =
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?: ?(Z|[+-]\d\d(?::?\d\d)?))?)?$/i

const daysIn = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31

/** Minutes east of Greenwich; NaN for an invalid offset. */
const offsetOf = (zone: string): number => {
  if (/^z$/i.test(zone)) return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  return hours > 23 || minutes > 59 ? Number.NaN : (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes)
}

/** A point in time: a day, or an instant. */
interface Moment {
  /** UTC, without a zone and trailing zeros, so that it sorts by time: `2026-01-31T09:00:00.5`. For a day, its start. */
  readonly instant: string
  readonly isDay: boolean
}

/**
 * Parses a date with the year first: `2026-01-31`, `2026/1/31`, or with a time and its zone, `2026-01-31T09:00:00+01:00`
 * (also `+0100`, `+01`, `Z`, and a blank instead of the T). Databases write a day as its midnight: without a zone, that means
 * the day. Returns undefined for any other text, for other times without a zone, and for dates that do not exist, such as
 * 31 February.
 */
export const momentOf = (text: string): Moment | undefined => {
  const found = shape.exec(text)
  if (!found) return undefined
  const [, year = '', , month = '', day = '', hour, minute = '00', second = '00', fraction = '', zone] = found
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month)))
    return undefined
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const rest = fraction.replace(/0+$/, '')
  if (zone === undefined) {
    const isMidnight = Number(hour ?? 0) + Number(minute) + Number(second) === 0 && rest === ''
    return isMidnight ? { instant: `${date}T00:00:00`, isDay: true } : undefined
  }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const utc = Date.parse(`${date}T${hour}:${minute}:${second}Z`) - offsetOf(zone) * 60_000
  const iso = Number.isNaN(utc) ? '' : new Date(utc).toISOString()
  // Years of more than four digits do not sort by time.
  if (iso.length !== 24) return undefined
  return { instant: iso.slice(0, 19) + (rest === '' ? '' : `.${rest}`), isDay: false }
}

/** As `momentOf`, as a string that sorts by time. */
export const instantOf = (text: string): string | undefined =>
  graphForm.test(text) ? text.slice(0, 19) : momentOf(text)?.instant

/** Whether the text is a date and a time with its zone, as Graph writes them: `2026-01-31T09:00:00Z`. */
export const isTime = (text: string): boolean => /T/i.test(text) && momentOf(text)?.isDay === false

/** Returns a value as an instant, ignoring surrounding blanks; undefined if it is not a date. */
export const instantIn = (value: unknown): string | undefined => {
  if (typeof value === 'string') return instantOf(value.trim())
  return value instanceof Date && Number.isFinite(value.getTime()) ? instantOf(value.toISOString()) : undefined
}
