import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { namesAt, propertyAt } from '../data/properties.ts'
import { schema } from '../data/graph-types.ts'
import { writing } from '../data/written-properties.ts'
import { cellValue } from '../operations/columns/cell-value.ts'
import { refuseDamage, refuseLost } from '../operations/columns/cell-faults.ts'
import { expectWritable } from '../operations/properties/expect-property.ts'
import type { Expression } from './expression.ts'

/** Properties that a feed cannot write, with the reason. */
const elsewhere: Readonly<Record<string, string>> = {
  accountEnabled: 'The class of a person decides it: see status, hireDate and lastDay.',
  employeeHireDate: 'Graph refuses it from an app: only a signed-in person can write it.',
  employeeLeaveDateTime: 'Graph refuses it from an app: only a signed-in person can write it.',
  manager: 'Write it beside account: manager: column(…).',
  passwordProfile: 'A new account gets a generated password.',
  password: 'A new account gets a generated password.',
  userType: 'A feed writes members, never guests.',
}

/** A property of `account`, as a path: `department`, `employeeOrgData/division`. */
export interface AccountProperty {
  readonly path: string
  readonly names: readonly string[]
  readonly type: string
  readonly collection: boolean
}

/** The property at a path, or what is wrong with it as a sentence. */
export const accountProperty = (path: string): AccountProperty | string => {
  const names = path.split('/')
  const root = names[0]!
  if (elsewhere[root] !== undefined) return `${path} cannot be written by a feed. ${elsewhere[root]}`
  const { readOnly, elsewhere: others } = writing.user
  if (others[root] !== undefined) return `${path} cannot be written by a feed. ${others[root]}`
  if (readOnly.has(root)) return `${path} is read-only.`
  const found = propertyAt('user', names)
  if (!found) {
    const near = nearest(names.at(-1)!, namesAt('user', names.slice(0, -1)))
    const meant = near === undefined ? '' : ` Did you mean ${[...names.slice(0, -1), near].join('/')}?`
    return `A user has no property ${path}.${meant}`
  }
  if (schema.complexTypes[found.type])
    return `${path} has members. Write each of them: ${namesAt('user', names)
      .map(member => `${path}/${member}`)
      .slice(0, 3)
      .join(', ')}.`
  return { path, names, type: found.type, collection: found.collection }
}

const fits: Readonly<Record<string, Expression['makes']>> = { Boolean: 'flag', DateTimeOffset: 'day' }

/** What is wrong with an expression for a property, as a sentence; undefined if it fits. */
export const typeMistake = (
  { path, type }: AccountProperty,
  { makes, constant, clears }: Expression,
): string | undefined => {
  const wanted = fits[type]
  if (wanted === 'flag' && makes !== 'flag')
    return `${path} is true or false. Use .is(…), such as column('Active').is('Y').`
  if (wanted === 'day' && makes !== 'day')
    return `${path} is a date. Use .date(…) with its order, such as .date('dmy').`
  if (wanted !== 'flag' && makes === 'flag') return `${path} is not true or false, and this expression is.`
  if (clears && writing.user.notNullable.has(path)) return `${path} cannot be cleared. Remove .orClear().`
  if (constant === undefined) return undefined
  try {
    propertyValue(
      { path, names: path.split('/'), type, collection: propertyAt('user', path.split('/'))!.collection },
      constant,
      path,
    )
    return undefined
  } catch (error) {
    if (error instanceof EntrapipeError) return `${error.message.replace(/\.$/, '')}.`
    throw error
  }
}

/** A value inside the object that has it, as Graph expects it. */
const nested = (names: readonly string[], value: Json): Json => {
  const [first, ...rest] = names
  return first === undefined ? value : { [first]: nested(rest, value) }
}

/**
 * The value of a property from what an expression made.
 *
 * @param column for messages
 * @throws EntrapipeError `ROW_INVALID`
 */
export const propertyValue = ({ path, names, type, collection }: AccountProperty, made: Json, column: string): Json => {
  const text = typeof made === 'string'
  if (text) {
    refuseDamage(column, made)
    refuseLost(column, names[0]!, made)
  }
  const value = text ? cellValue(column, made, { path: names, type, collection }) : made
  if (names.length === 1) expectWritable('user', path, value)
  else expectWritable('user', names[0]!, nested(names.slice(1), value))
  return value
}
