import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'

export type Conversion = 'text' | 'number' | 'boolean' | 'date' | 'list' | ((value: unknown) => unknown)

export interface ConvertOptions {
  /** How dates with slashes, dots or dashes are read where the year does not come first. @default 'dmy' */
  readonly dateOrder?: 'dmy' | 'mdy'
  /** What stands between the items of a list. @default ';' */
  readonly arraySeparator?: string
}

/**
 * Gives columns of text their types: `date` (to `2026-01-31`, or a full timestamp where the text has a time and a zone),
 * `number`, `boolean` (true/false, yes/no, y/n, 1/0), `list`, `text` (trimmed), or a function. Empty becomes null. What does not
 * fit fails its row with `ROW_INVALID` and names the column.
 */
export const convert = (
  columns: { readonly [column: string]: Conversion },
  { dateOrder = 'dmy', arraySeparator = ';' }: ConvertOptions = {},
): Transform<Fields, Fields> => {
  const convertors = Object.entries(columns).map(
    ([column, to]) => [column, convertor(to, dateOrder, arraySeparator)] as const,
  )
  return {
    kind: 'convert',
    describe: async () => ({
      columns: Object.fromEntries(
        Object.entries(columns).map(([c, to]) => [c, typeof to === 'string' ? to : 'function']),
      ),
      dateOrder,
    }),
    open: () => row => {
      const value: Record<string, unknown> = { ...row.value }
      for (const [column, to] of convertors) value[column] = one(to, value[column], column)
      return { key: row.key, value }
    },
  }
}

const one = (to: (value: unknown) => unknown, value: unknown, column: string): unknown => {
  if (value == null || (typeof value === 'string' && value.trim() === '')) return null
  try {
    return to(typeof value === 'string' ? value.trim() : value)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new EntrapipeError('ROW_INVALID', `${column}: ${message}`, { facts: { column }, cause: error })
  }
}

const convertor = (to: Conversion, order: 'dmy' | 'mdy', separator: string): ((value: unknown) => unknown) => {
  switch (to) {
    case 'text':
      return String
    case 'number':
      return number
    case 'boolean':
      return boolean
    case 'date':
      return value => date(String(value), order)
    case 'list':
      return value =>
        Array.isArray(value)
          ? value
          : String(value)
              .split(separator)
              .map(item => item.trim())
              .filter(Boolean)
    default:
      return to
  }
}

const expected = (what: string, value: unknown): never => {
  throw new Error(`Expected ${what}, got ${JSON.stringify(value)}`)
}

const number = (value: unknown): number => {
  const made = typeof value === 'number' ? value : Number(String(value))
  return Number.isFinite(made) ? made : expected('a number', value)
}

const truths: { readonly [word: string]: boolean } = {
  true: true,
  yes: true,
  y: true,
  1: true,
  false: false,
  no: false,
  n: false,
  0: false,
}

const boolean = (value: unknown): boolean => truths[String(value).toLowerCase()] ?? expected('true or false', value)

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/
const yearFirst = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/
const yearLast = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/

const date = (value: string, order: 'dmy' | 'mdy'): string => {
  if (timestamp.test(value)) return new Date(value).toISOString()
  const first = yearFirst.exec(value)
  const last = first ? null : yearLast.exec(value)
  const [year, month, day] = first
    ? [first[1]!, first[2]!, first[3]!]
    : last
      ? [last[3]!, order === 'dmy' ? last[2]! : last[1]!, order === 'dmy' ? last[1]! : last[2]!]
      : expected('a date such as 2026-01-31', value)
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const made = new Date(`${iso}T00:00:00Z`)
  // The engine of Date rolls 31 February over to March.
  return Number.isFinite(made.getTime()) && made.toISOString().startsWith(iso)
    ? iso
    : expected(`a day that exists (read as ${order === 'dmy' ? 'day, month, year' : 'month, day, year'})`, value)
}
