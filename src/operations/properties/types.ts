import { isGuid } from '../../core/guid.ts'
import { isFields, kindInWords, type Json } from '../../core/json.ts'
import { instantOf } from '../../core/instant.ts'
import { schema } from '../../data/graph-types.ts'
import { propertiesOfType } from '../../data/properties.ts'

interface Typed {
  readonly type: string
  readonly collection?: boolean
}

type Scalar = readonly [what: string, fits: (value: Json) => boolean]

const isText = (value: Json): value is string => typeof value === 'string'

const scalars: Readonly<Record<string, Scalar>> = {
  String: ['text', isText],
  Boolean: ['true or false', value => typeof value === 'boolean'],
  Int32: ['a whole number', value => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31],
  Int64: ['a whole number', value => Number.isSafeInteger(value)],
  Guid: ['a GUID', value => isText(value) && isGuid(value)],
  DateTimeOffset: [
    'a date and time such as 2026-03-01T00:00:00Z',
    value => isText(value) && value.includes('T') && instantOf(value) !== undefined,
  ],
}

/** What is wrong with the type of a value, as a sentence; undefined if it fits. Null always does. */
export const typeFault = (name: string, { type, collection = false }: Typed, value: Json): string | undefined => {
  if (value === null) return undefined
  if (collection)
    return Array.isArray(value)
      ? (value as readonly Json[]).map(each => typeFault(`each item of ${name}`, { type }, each)).find(Boolean)
      : expected(name, 'a list', value)
  const scalar = scalars[type]
  if (scalar) return scalar[1](value) ? undefined : expected(name, scalar[0], value)
  const words = schema.enumTypes[type]
  if (words)
    return isText(value) && words.includes(value) ? undefined : expected(name, `one of ${words.join(', ')}`, value)
  if (!schema.complexTypes[type]) return undefined
  return isFields(value) ? memberFault(name, type, value) : expected(name, 'an object', value)
}

const expected = (name: string, what: string, value: Json): string =>
  `Expected ${name} to be ${what}, got ${isText(value) ? JSON.stringify(value) : kindInWords(value)}.`

const memberFault = (name: string, type: string, value: { readonly [name: string]: Json }): string | undefined => {
  const members = propertiesOfType(type)
  for (const [member, inner] of Object.entries(value)) {
    const property = members.get(member)
    if (!property) return `${name} has no member ${member}: it has ${[...members.keys()].join(', ')}.`
    const fault = typeFault(`${name}/${member}`, property, inner)
    if (fault !== undefined) return fault
  }
  return undefined
}
