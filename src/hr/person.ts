import { EntrapipeError, isCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Values } from '../core/operation.ts'
import type { Key } from '../core/row.ts'
import { propertyValue } from './account-properties.ts'
import { keyTextIn, textIn, todayIn, type Claim, type Moment } from './claims.ts'
import { refuseInvisible } from '../operations/columns/cell-faults.ts'
import { shown } from '../core/invisible.ts'
import type { Mapping, MappedProperty, Standing } from './mapping.ts'
import { standingOf } from './status.ts'

/** What a feed says about a person today. */
export interface Person {
  readonly key: string
  readonly line: Key
  readonly standing: Standing
  /** Today, where the person is. */
  readonly today: string
  /** The first day, if it is still to come. */
  readonly starts?: string
  /** The last day, if it is over. */
  readonly ended?: string
  /** Properties by path. Null clears; a property that the row leaves alone is missing. */
  readonly wanted: Values
  /** Key of the manager as it is written; empty without one. Missing if the mapping has no manager. */
  readonly manager?: string
}

const rowFault = (column: string | undefined, message: string, fix: string): EntrapipeError =>
  new EntrapipeError('ROW_INVALID', shown(message), { facts: { column }, fix })

const standingIn = ({ status }: Mapping, row: Fields): Standing => {
  if (!status) return 'active'
  const word = status.from.read(row)
  const standing = standingOf(status, word)
  if (standing) return standing
  const [column = 'status'] = status.from.columns
  throw rowFault(
    column,
    `${column} is ${JSON.stringify(word ?? '')}, a status that the mapping does not name.`,
    'Add the word to active, leave or leaver of status in the mapping, or correct the row.',
  )
}

const later = (one: string, other: string): string => (one > other ? one : other)

const valueIn = ({ match }: Mapping, property: MappedProperty, row: Fields): Json | undefined => {
  const { from, collection, path } = property
  const made = from.read(row)
  if (made === null) return from.clears ? (collection ? [] : null) : undefined
  const [column = path] = from.columns
  return ofColumn(from.columns[0], () => {
    if (typeof made !== 'string' || !match.includes(property)) return propertyValue(property, made, column)
    // It is compared without blanks at its ends.
    const text = made.trim()
    refuseInvisible(column, text)
    return propertyValue(property, text, column)
  })
}

/** People look for a wrong value in the column of their feed. */
const ofColumn = <T>(column: string | undefined, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (column === undefined || !isCode(error, 'ROW_INVALID')) throw error
    const { message, fix } = error
    throw new EntrapipeError('ROW_INVALID', message, { facts: { column }, ...given({ fix }) })
  }
}

/** The last day of the employment that began on the hire date. */
const lastDayIn = (mapping: Mapping, row: Fields, hired: string, standing: Standing): string => {
  const last = textIn(mapping.lastDay, row)
  if (last === '' || hired === '' || last >= hired) return last
  const works = standing !== 'leaver'
  if (works && mapping.lastDayBeforeHireDate === 'earlier') return ''
  throw rowFault(
    mapping.lastDay?.columns[0],
    `The last day, ${last}, is before the first one, ${hired}.`,
    works
      ? "Correct the dates in the feed. If it keeps the last day of an earlier employment, write lastDayBeforeHireDate: 'earlier' in the mapping."
      : 'Correct the dates in the feed.',
  )
}

/**
 * Reads the row of a person that counts.
 *
 * @throws EntrapipeError `ROW_INVALID` (facts: column)
 */
export const personIn = (mapping: Mapping, { row, key, line, effective, isAhead }: Claim, moment: Moment): Person => {
  const today = todayIn(mapping, row, moment)
  const standing = standingIn(mapping, row)
  const hired = textIn(mapping.hireDate, row)
  const last = lastDayIn(mapping, row, hired, standing)
  const starts = later(hired, isAhead ? effective : '')
  const wanted: Record<string, Json> = {}
  for (const property of mapping.properties) {
    const value = valueIn(mapping, property, row)
    if (value !== undefined) wanted[property.path] = value
  }
  return {
    key,
    line,
    today,
    standing: last !== '' && last < today ? 'leaver' : standing,
    ...(starts > today ? { starts } : {}),
    ...(last !== '' && last < today ? { ended: last } : {}),
    wanted,
    ...(mapping.manager ? { manager: keyTextIn(mapping.manager, row) } : {}),
  }
}
