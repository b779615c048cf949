import type { Json } from '../../core/json.ts'
import { kindInWords } from '../../core/json.ts'
import { nearest } from '../../core/nearest.ts'
import type { Values } from '../../core/operation.ts'
import { extensionKind } from '../../data/extensions.ts'
import { schema } from '../../data/graph-types.ts'
import { propertiesOfType } from '../../data/properties.ts'
import { writing } from '../../data/written-properties.ts'
import { invalid } from './expect.ts'

/** A type whose properties are written. */
type Written = keyof typeof writing

interface Typed {
  readonly type: string
  readonly collection?: boolean
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)$/i
const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const isText = (value: Json): value is string => typeof value === 'string'

const scalars: Readonly<Record<string, readonly [what: string, fits: (value: Json) => boolean]>> = {
  String: ['text', isText],
  Boolean: ['true or false', value => typeof value === 'boolean'],
  Int32: ['a whole number', value => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31],
  Int64: ['a whole number', value => Number.isSafeInteger(value)],
  Guid: ['a GUID', value => isText(value) && guid.test(value)],
  DateTimeOffset: [
    'a date and time such as 2026-03-01T00:00:00Z',
    value => isText(value) && dateTime.test(value) && !Number.isNaN(Date.parse(value)),
  ],
}

/** What is wrong with a value; undefined if it fits its type. */
const fault = (name: string, { type, collection = false }: Typed, value: Json): string | undefined => {
  if (collection) {
    if (!Array.isArray(value)) return `Expected ${name} to be a list, got ${kindInWords(value)}.`
    for (const each of value as readonly Json[]) {
      const wrong = fault(`each item of ${name}`, { type }, each)
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
  if (value === null) return undefined
  const names = schema.enumTypes[type]
  if (names)
    return isText(value) && names.includes(value) ? undefined : `Expected ${name} to be one of ${names.join(', ')}.`
  if (!schema.complexTypes[type]) {
    const [what, fits] = scalars[type] ?? ['a value', () => true]
    return fits(value)
      ? undefined
      : `Expected ${name} to be ${what}, got ${isText(value) ? `"${value}"` : kindInWords(value)}.`
  }
  if (typeof value !== 'object' || Array.isArray(value))
    return `Expected ${name} to be an object, got ${kindInWords(value)}.`
  const members = propertiesOfType(type)
  for (const [member, inner] of Object.entries(value)) {
    const property = members.get(member)
    if (!property) return `${name} has no member ${member}.`
    const wrong = fault(`${name}/${member}`, property, inner)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** Whether a property can only be read. */
export const isReadOnly = (of: Written, name: string): boolean => writing[of].readOnly.has(name)

/**
 * Checks a property that is to be written: its name, its type, and its length. Extensions are checked by the directory.
 *
 * @throws EntrapipeError `ROW_INVALID`
 */
export const expectProperty = (of: Written, name: string, value: Json): void => {
  const { longest, notNullable, elsewhere } = writing[of]
  const property = propertiesOfType(of).get(name)
  if (!property) {
    if (extensionKind([name])) return
    if (elsewhere[name]) throw invalid(name, `${name} cannot be written as a property: ${elsewhere[name]}.`)
    const near = nearest(name, [...propertiesOfType(of).keys()])
    throw invalid(name, `A ${of} has no property ${name}${near === undefined ? '' : `. Did you mean ${near}?`}`)
  }
  if (value === null && notNullable.has(name)) throw invalid(name, `${name} cannot be cleared.`)
  const wrong = fault(name, property, value)
  if (wrong !== undefined) throw invalid(name, wrong)
  const most = longest[name]
  if (isText(value) && most !== undefined && value.length > most)
    throw invalid(name, `${name} has ${value.length} characters, and Graph allows ${most}.`)
}

/** @throws EntrapipeError `ROW_INVALID` for a property that a new object cannot have */
export const expectWritable = (of: Written, values: Values): void => {
  for (const [name, value] of Object.entries(values)) {
    if (isReadOnly(of, name)) {
      const why = writing[of].elsewhere[name]
      throw invalid(name, `${name} is read-only${why === undefined ? '.' : `: ${why}.`}`, 'Remove the column.')
    }
    expectProperty(of, name, value)
  }
}
