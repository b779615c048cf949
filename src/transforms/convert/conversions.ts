/** What a text is made into; see `convert`. */
export type Conversion = 'text' | 'number' | 'boolean' | 'date' | 'list' | ((value: unknown) => unknown)

/** How texts of people are read. */
export interface ConvertOptions {
  /** How dates with slashes, dots or dashes are read where the year does not come first. @default 'dmy' */
  readonly dateOrder?: 'dmy' | 'mdy'
  /** What stands between the items of a list. @default ';' */
  readonly arraySeparator?: string
}

/** What makes a value of a column; it gets no null, and texts trimmed. It throws an Error that says what was expected. */
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
  throw new Error(`Expected ${what}, got ${JSON.stringify(value) ?? typeof value}`)
}

const text = (value: unknown): string => (typeof value === 'object' ? expected('text', value) : String(value))

// Number() also takes '0x1F', '0b1' and 'Infinity', which no feed means.
const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

const number = (value: unknown): number => {
  const made = typeof value === 'string' && decimal.test(value) ? Number(value) : value
  if (typeof made !== 'number' || !Number.isFinite(made)) return expected('a number', value)
  // The digits of a long staff number would be others afterwards.
  const isChanged = typeof value === 'string' && /^[+-]?\d+$/.test(value) && !Number.isSafeInteger(made)
  return isChanged ? expected('a number of at most 15 digits (longer ones are text)', value) : made
}

const truths = new Map([
  ...['true', 'yes', 'y', '1'].map(word => [word, true] as const),
  ...['false', 'no', 'n', '0'].map(word => [word, false] as const),
])

const boolean = (value: unknown): boolean => truths.get(String(value).toLowerCase()) ?? expected('true or false', value)

const list = (value: unknown, separator: string): readonly unknown[] => {
  if (Array.isArray(value)) return value
  return text(value)
    .split(separator)
    .map(item => item.trim())
    .filter(Boolean)
}

const yearFirst = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(.*)$/s
const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(.*)$/s
const midnight = /^[T ]00:00(:00(\.0+)?)?$/
const zonedTime = /^T([01]\d|2[0-3]):([0-5]\d)(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/

/** A day, or a moment where the text has a zone. Databases write a day as its midnight: without a zone that is the day. */
const date = (value: unknown, order: 'dmy' | 'mdy'): string => {
  if (value instanceof Date && Number.isFinite(value.getTime())) return value.toISOString()
  const given = text(value)
  const first = yearFirst.exec(given)
  const last = first ? null : yearLast.exec(given)
  const time = first?.[4] ?? last?.[4]
  if (time === undefined) return expected('a date such as 2026-01-31', value)
  const [year, month, day] = first
    ? [first[1]!, first[2]!, first[3]!]
    : order === 'dmy'
      ? [last![3]!, last![2]!, last![1]!]
      : [last![3]!, last![1]!, last![2]!]
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  if (!isDay(iso))
    return first
      ? expected('a day that exists', value)
      : expected(`a day that exists (read as ${order === 'dmy' ? 'day, month, year' : 'month, day, year'})`, value)
  if (time === '' || midnight.test(time)) return iso
  if (zonedTime.test(time)) return new Date(iso + time.replace(/(\d\d):?(\d\d)$/, '$1:$2')).toISOString()
  return expected('a date such as 2026-01-31, or a time with its zone such as 2026-01-31T08:30:00Z', value)
}

/** JavaScript rolls 31 February over to March. */
const isDay = (iso: string): boolean => {
  const made = new Date(`${iso}T00:00:00Z`)
  return Number.isFinite(made.getTime()) && made.toISOString().startsWith(iso)
}
