import { type EntrapipeError } from '../../core/errors.ts'
import { numberIn } from '../../core/exact-number.ts'
import { momentOf } from '../../core/instant.ts'
import type { Json } from '../../core/json.ts'
import { schema } from '../../data/graph-types.ts'
import { trueOrFalse, yesOrNo } from '../../data/yes-no.ts'
import { refuseInvisible, wrongCell } from './cell-faults.ts'
import type { Target } from './target.ts'

const booleanOf = (column: string, text: string, { isInverted, isPortal }: Target): boolean => {
  const trimmed = text.trim()
  const word = yesOrNo(trimmed)
  if (isInverted) {
    if (word !== undefined) return !word
    throw wrongCell(
      column,
      `Expected ${column} to be Yes or No, got "${trimmed}".`,
      'Yes blocks the sign-in, No allows it. The same words in the languages of the portal, such as Ja and Nein, are understood, too.',
    )
  }
  const logical = trueOrFalse(trimmed)
  if (logical !== undefined) return logical
  if (word === undefined || !isPortal)
    throw wrongCell(column, `Expected ${column} to be true or false, got "${trimmed}".`, 'Correct the value.')
  return word
}

const timeOf = (column: string, text: string): string => {
  const moment = momentOf(text.trim())
  if (!moment)
    throw wrongCell(
      column,
      `Expected ${column} to be a date such as 2026-01-31, or a time with a time zone such as 2026-01-31T08:30:00Z, got "${text.trim()}".`,
    )
  return `${moment.instant}Z`
}

const wholeOf = (column: string, text: string): number => {
  const number = numberIn(text.trim())
  if (typeof number !== 'number' || !Number.isInteger(number))
    throw wrongCell(column, `Expected ${column} to be a whole number, got "${text.trim()}".`)
  return number
}

const jsonOf = (column: string, text: string, what: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw wrongCell(column, `Expected ${column} to be ${what}, but its JSON is invalid.`)
  }
}

const listOf = (column: string, text: string, target: Target): readonly Json[] => {
  const trimmed = text.trim()
  if (trimmed.startsWith('[')) {
    const list = jsonOf(column, trimmed, 'a list')
    if (Array.isArray(list)) return list as readonly Json[]
  }
  if (schema.complexTypes[target.type])
    throw wrongCell(column, `Expected ${column} to be a list of objects in JSON, such as [{…}].`)
  const items = trimmed.split(';').map(item => item.trim())
  if (items.includes(''))
    throw wrongCell(column, `${column} has an empty item.`, 'Write the items with one semicolon between them: a;b.')
  return items.map(item => scalarOf(column, item, target))
}

const scalarOf = (column: string, text: string, target: Target): Json => {
  switch (target.type) {
    case 'Boolean':
      return booleanOf(column, text, target)
    case 'DateTimeOffset':
      return timeOf(column, text)
    case 'Int32':
    case 'Int64':
      return wholeOf(column, text)
    default:
      return schema.complexTypes[target.type] ? objectOf(column, text) : text
  }
}

const objectOf = (column: string, text: string): Json => {
  const value = jsonOf(column, text, 'an object in JSON, such as {"division":"Sales"}')
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongCell(column, `Expected ${column} to be an object in JSON, such as {"division":"Sales"}.`)
  return value
}

/** Properties without blanks at their ends and invisible characters: nobody sees them in a spreadsheet, and no value has them. */
const exactProperties = new Set([
  'id',
  'userPrincipalName',
  'mail',
  'mailNickname',
  'usageLocation',
  'employeeId',
  'onPremisesImmutableId',
  'mobilePhone',
  'faxNumber',
  'businessPhones',
  'otherMails',
])

const exact = (column: string, text: string): string => {
  const trimmed = text.trim()
  refuseInvisible(column, trimmed)
  return trimmed
}

/**
 * Reads the text of a cell as a value of its property: true and false, ISO dates, lists as `a;b` or JSON, complex values as JSON.
 * Text is kept as it is, but ids, addresses and numbers lose the blanks at their ends and have no invisible characters.
 *
 * @throws EntrapipeError `ROW_INVALID` (facts: column)
 */
export const cellValue = (column: string, text: string, target: Target): Json => {
  const { path, type, collection, isItem = false } = target
  if (path[0] === 'passwordProfile') return passwordValue(column, text, target)
  const kept = type === 'String' && exactProperties.has(path[0]!) ? exact(column, text) : text
  if (collection) return isItem ? [kept.trim()] : listOf(column, kept, target)
  return scalarOf(column, kept, target)
}

/** What stands for a password that a run keeps sealed. */
export const isSealed = (text: unknown): text is string => typeof text === 'string' && text.startsWith('sealed:')

/** A password is text, also if the column has the name of the whole profile, as in the portal's template. */
const passwordValue = (column: string, text: string, target: Target): Json => {
  if (target.path.length === 1) {
    const profile = text.startsWith('{') ? parsed(text) : undefined
    if (profile !== undefined) return profile
  } else if (target.type !== 'String') return scalarOf(column, text, target)
  if (text !== text.trim())
    throw wrongCell(column, `${column} begins or ends with a blank.`, 'Remove the blank, or choose another password.')
  refuseInvisible(column, text)
  return target.path.length === 1 ? { password: text } : text
}

const parsed = (text: string): Json | undefined => {
  try {
    const value = JSON.parse(text) as Json
    const isProfile = typeof value === 'object' && value !== null && 'password' in value
    return isProfile ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error as EntrapipeError
  }
}
