import type { Fields } from '../../core/json.ts'
import { isOpenType, propertiesOfType } from '../../data/properties.ts'
import { schema } from '../../data/graph-types.ts'
import { extensionKind } from '../../data/extensions.ts'
import type { Directory, Kind } from '../directory/types.ts'
import { isGuid } from './address.ts'
import { writeFaults } from './write-faults.ts'

/**
 * Reads the properties in the body of a write, and checks their names and types against Graph's schema. Names are spelled as
 * in the schema. Annotations (`@odata.type`, `members@odata.bind`) are left out.
 *
 * @throws GraphFault 400 for a missing body, an unknown property, an extension that is not registered, or a value of another type
 */
export const readBody = (directory: Directory, kind: Kind, body: unknown): Fields => {
  if (body === undefined) throw writeFaults.bodyMissing()
  if (!isObject(body)) throw writeFaults.bodyInvalid()
  const known = namesOf(kind)
  const found: { [property: string]: unknown } = {}
  const missing: string[] = []
  for (const [given, value] of Object.entries(body)) {
    if (given.includes('@')) continue
    const name = known.get(given.toLowerCase())
    if (name !== undefined) {
      checkValue(name, propertiesOfType(kind).get(name)!, value)
      found[name] = value
      continue
    }
    const extension = directory.extensions.find(one => one.kind === kind && one.name === given)
    if (extension) {
      checkExtension(extension, value)
      found[given] = value
    } else if (extensionKind([given]) === 'directory') missing.push(given)
    else throw writeFaults.propertyUnknown(given)
  }
  if (missing.length > 0) throw writeFaults.extensionsMissing(missing)
  return found
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const kept = new Map<Kind, ReadonlyMap<string, string>>()

/** The names of a kind's properties, by name in lower case. */
const namesOf = (kind: Kind): ReadonlyMap<string, string> => {
  const made = kept.get(kind) ?? new Map([...propertiesOfType(kind).keys()].map(name => [name.toLowerCase(), name]))
  kept.set(kind, made)
  return made
}

interface Typed {
  readonly type: string
  readonly collection?: boolean
  readonly nullable?: boolean
}

/** The elements of a collection cannot be null, nor can the collection. */
const checkValue = (name: string, { type, collection, nullable = true }: Typed, value: unknown): void => {
  if (collection === true) {
    if (!Array.isArray(value)) throw writeFaults.typeMismatch(name)
    for (const each of value as readonly unknown[]) checkValue(name, { type, nullable: false }, each)
  } else if (value === null) {
    if (!nullable) throw writeFaults.typeMismatch(name)
  } else if (schema.complexTypes[type]) checkMembers(name, type, value)
  else if (!(tests[type] ?? isOneOf(schema.enumTypes[type] ?? []))(value)) throw writeFaults.typeMismatch(name)
}

const checkMembers = (name: string, type: string, value: unknown): void => {
  if (!isObject(value)) throw writeFaults.typeMismatch(name)
  if (isOpenType(type)) return
  const members = propertiesOfType(type)
  for (const [member, inner] of Object.entries(value)) {
    if (member.includes('@')) continue
    const property = members.get(member)
    if (!property) throw writeFaults.memberUnknown(member, type)
    checkValue(name, property, inner)
  }
}

const checkExtension = ({ name, type, members }: Directory['extensions'][number], value: unknown): void => {
  if (members === undefined || value === null) return checkValue(name, { type }, value)
  if (!isObject(value)) throw writeFaults.typeMismatch(name)
  for (const [member, inner] of Object.entries(value)) {
    if (member.includes('@')) continue
    const of = members[member]
    if (of === undefined) throw writeFaults.memberUnknown(member, name)
    checkValue(name, { type: of }, inner)
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isInteger =
  (most: number) =>
  (value: unknown): boolean =>
    Number.isInteger(value) && Math.abs(Number(value)) <= most
const isOneOf =
  (names: readonly string[]) =>
  (value: unknown): boolean =>
    isText(value) && names.includes(value)

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)$/i

/** Values by the name of their type in the schema. */
const tests: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: isText,
  Boolean: value => typeof value === 'boolean',
  Int32: isInteger(2 ** 31),
  Int64: isInteger(Number.MAX_SAFE_INTEGER),
  Guid: value => isText(value) && isGuid(value),
  DateTimeOffset: value => isText(value) && dateTime.test(value) && !Number.isNaN(Date.parse(value)),
  TimeOfDay: value => isText(value) && /^\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(value),
  Binary: isText,
  Stream: isText,
}
