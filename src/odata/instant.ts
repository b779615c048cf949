const shape = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?$/i

/**
 * A date or instant as a text that sorts as time does: UTC, no zone, no trailing zeros, any number of fractions
 * (`2026-01-31T09:00:00.5`). A date alone is its first moment. Undefined when it is none, and when it has a time without
 * zone. What looks as Graph writes instants is taken as it is: this runs once a row.
 */
export const instantOf = (text: string): string | undefined => {
  if (text.length === 20 && text[19] === 'Z' && text[10] === 'T' && text[4] === '-') return text.slice(0, 19)
  const found = shape.exec(text)
  if (!found) return undefined
  const [, day, time, seconds = '00', fraction = '', zone] = found
  if (time !== undefined && zone === undefined) return undefined
  const ms = Date.parse(`${day}T${time ?? '00:00'}:${seconds}${(zone ?? 'Z').toUpperCase()}`)
  if (Number.isNaN(ms)) return undefined
  const rest = fraction.replace(/0+$/, '')
  return new Date(ms).toISOString().slice(0, 19) + (rest === '' ? '' : `.${rest}`)
}

/** Whether a text is a date or an instant of the calendar: `Date.parse` takes the 31st of February for a day in March. */
export const isInstant = (text: string): boolean => {
  if (!shape.test(text) || instantOf(text) === undefined) return false
  const local = Date.parse(`${text.slice(0, 10)}${text.length > 10 ? text.slice(10, 16) : 'T00:00'}Z`)
  return !Number.isNaN(local) && new Date(local).toISOString().startsWith(text.slice(0, 10)) && validSeconds(text)
}

const validSeconds = (text: string): boolean => !/^.{16}:(?:[6-9]\d)/.test(text)
