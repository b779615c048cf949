import { schema } from '../data/graph-types.ts'
import type { Literal } from './ast.ts'
import { isDay } from './days-with-time.ts'

const fitting: Readonly<Record<string, readonly Literal['type'][]>> = {
  String: ['string'],
  Boolean: ['boolean'],
  Int16: ['number'],
  Int32: ['number'],
  Int64: ['number'],
  Double: ['number'],
  DateTimeOffset: ['date'],
  Date: ['date'],
  Guid: ['guid'],
}

/**
 * Whether a literal cannot be compared with a property of this type. A date without a time does not match a property
 * with a time. Null matches every type; `Any` and complex types match every literal.
 */
export const mismatch = (type: string, literal: Literal): boolean => {
  if (type === 'DateTimeOffset' && isDay(literal)) return true
  const allowed = fitting[type] ?? (Object.hasOwn(schema.enumTypes, type) ? ['string'] : undefined)
  return allowed !== undefined && literal.type !== 'null' && !allowed.includes(literal.type)
}

const written: Readonly<Record<string, string>> = {
  String: "text. Write the value in single quotes: 'like this'",
  Boolean: 'true or false, without quotes',
  Int16: 'a number, without quotes',
  Int32: 'a number, without quotes',
  Int64: 'a number, without quotes',
  Double: 'a number, without quotes',
  DateTimeOffset: 'a date with a time, without quotes: 2026-01-31T09:00:00Z',
  Date: 'a date, without quotes: 2026-01-31',
  Guid: 'a GUID, without quotes',
}

/** How a literal of a type is written, in words that follow "is". */
export const howToWrite = (type: string): string =>
  written[type] ?? "text. Write the value in single quotes: 'like this'"
