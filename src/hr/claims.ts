import { EntrapipeError } from '../core/errors.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Key } from '../core/row.ts'
import { sameText } from '../core/same-text.ts'
import { isTimeZone } from '../core/time-window.ts'
import { dayAt } from './days.ts'
import type { Expression } from './expression.ts'
import type { Mapping } from './mapping.ts'
import { refuseInvisible } from '../operations/columns/cell-faults.ts'

/** When a feed is read. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** The time zone of people whose row has none. */
  readonly timeZone: string
}

/** What one row says about who it is about, and when it counts. */
export interface Claim {
  readonly line: Key
  /** The person's key as it is written. */
  readonly key: string
  /** First day, empty if the row has always counted. */
  readonly effective: string
  readonly isPrimary: boolean
  /** Whether its first day is still to come, where the person is. */
  readonly isAhead: boolean
  readonly row: Fields
}

/** The row of a person that counts, or why none does. */
type Chosen =
  { readonly claim: Claim } | { readonly fault: string; readonly fix: string; readonly lines: readonly Key[] }

/** The form in which keys are compared. */
export const sameKey = sameText

const textOf = (value: Json): string => (value === null ? '' : String(value).trim())

/** The text of an expression, without blanks at its ends; empty if there is none. */
export const textIn = (expression: Expression | undefined, row: Fields): string =>
  expression === undefined ? '' : textOf(expression.read(row))

/**
 * The key of a person or a manager, without blanks at its ends.
 *
 * @throws EntrapipeError `ROW_INVALID` if it has a character that nobody sees: it would be another person
 */
export const keyTextIn = (expression: Expression, row: Fields): string => {
  const key = textIn(expression, row)
  refuseInvisible(expression.columns[0] ?? 'The key', key)
  return key
}

/**
 * The person's key.
 *
 * @throws EntrapipeError `ROW_INVALID` if it is empty, or has a character that nobody sees
 */
export const keyIn = ({ person }: Mapping, row: Fields): string => {
  const key = keyTextIn(person, row)
  if (key !== '') return key
  throw new EntrapipeError('ROW_INVALID', `${person.columns.join(' and ') || 'The key of the person'} is empty.`, {
    facts: { column: person.columns[0] },
    fix: 'Give the person a key in the feed.',
  })
}

/**
 * Today, where the person of a row is.
 *
 * @throws EntrapipeError `ROW_INVALID` for a word that is no time zone
 */
export const todayIn = ({ timeZone: expression }: Mapping, row: Fields, { nowMs, timeZone }: Moment): string => {
  const zone = textIn(expression, row)
  if (zone === '') return dayAt(nowMs, timeZone)
  if (isTimeZone(zone)) return dayAt(nowMs, zone)
  throw new EntrapipeError('ROW_INVALID', `${JSON.stringify(zone)} is not a time zone.`, {
    facts: { column: expression?.columns[0] },
    fix: 'Write one such as Europe/Berlin, or use .values({ … }) in the mapping.',
  })
}

/**
 * What a row says about who it is about, and when it counts.
 *
 * @throws EntrapipeError `ROW_INVALID`
 */
export const claimIn = (mapping: Mapping, line: Key, row: Fields, moment: Moment): Claim => {
  const effective = textIn(mapping.rows?.effective, row)
  return {
    line,
    key: keyIn(mapping, row),
    effective,
    isPrimary: mapping.rows?.primary?.read(row) === true,
    isAhead: effective !== '' && effective > todayIn(mapping, row, moment),
    row,
  }
}

/** A row in the form in which rows are compared: its key as keys are. */
const comparable = ({ person: { columns } }: Mapping, row: Fields): string =>
  JSON.stringify(row, (name, value: unknown) =>
    typeof value === 'string' && columns.includes(name) ? sameKey(value) : value,
  )

const distinct = (mapping: Mapping, claims: readonly Claim[]): readonly Claim[] => {
  const rows = claims.map(({ row }) => comparable(mapping, row))
  return claims.filter((_, at) => rows.indexOf(rows[at]!) === at)
}

/** Those that have the largest or smallest first day. */
const withDay = (claims: readonly Claim[], wanted: 'last' | 'first'): readonly Claim[] => {
  const days = claims.map(({ effective }) => effective).sort()
  const day = wanted === 'last' ? days.at(-1) : days[0]
  return claims.filter(({ effective }) => effective === day)
}

const preferred = (claims: readonly Claim[]): readonly Claim[] => {
  const primary = claims.filter(({ isPrimary }) => isPrimary)
  return primary.length > 0 ? primary : claims
}

/**
 * The row of a person that counts: of the rows that are in effect today the primary ones, of these the last one. If all rows
 * are ahead, the first one to come. Rows that are equal in everything are one row.
 *
 * @param claims all rows of one person, at least one
 */
export const choose = (mapping: Mapping, claims: readonly Claim[]): Chosen => {
  const { rows } = mapping
  const all = distinct(mapping, claims)
  const current = all.filter(({ isAhead }) => !isAhead)
  const best = current.length > 0 ? withDay(preferred(current), 'last') : withDay(preferred(all), 'first')
  const [claim] = best
  if (claim && best.length === 1) return { claim }
  const lines = best.map(({ line }) => line)
  const why =
    rows === undefined
      ? 'and the mapping does not say which one counts'
      : `and none counts more than the others${rows.effective ? ': they have the same first day' : ''}`
  return {
    lines,
    fault: `The person has ${best.length} different rows, in lines ${lines.join(', ')}, ${why}.`,
    fix: rows === undefined ? 'Add rows to the mapping, with effective or primary.' : 'Correct the rows in the feed.',
  }
}
