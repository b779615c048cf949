import type { Json } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import { instantOf } from '../../core/instant.ts'

/** Words and codes: their case says nothing, and Graph may store another one than was sent. */
const codes = [
  'ageGroup',
  'consentProvidedForMinor',
  'preferredLanguage',
  'usageLocation',
  'userType',
  'visibility',
] as const

/** Names that Graph compares without case, and stores and shows as they were written. */
const names = ['mail', 'mailNickname', 'userPrincipalName'] as const

/** Properties whose case does not count: where an object is recognised, and where it may have to be changed. */
const withoutCase = {
  toRecognise: new Set<string>([...codes, ...names]),
  toChange: new Set<string>(codes),
} as const

type Purpose = keyof typeof withoutCase

const isObject = (value: Json): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value in one form: lists are sets, an empty list or object is null, times are instants in UTC. */
const canonical = (name: string, value: Json | undefined, purpose: Purpose): Json => {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') {
    if (withoutCase[purpose].has(name)) return value.toLowerCase()
    return /^\d{4}-\d\d-\d\dT/.test(value) ? (instantOf(value) ?? value) : value
  }
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(each => JSON.stringify(canonical('', each, purpose)))
    return items.length === 0 ? null : [...new Set(items)].sort()
  }
  if (!isObject(value)) return value
  const members = Object.entries(value)
    .map(([member, inner]) => [member, canonical(member, inner, purpose)] as const)
    .filter(([, inner]) => inner !== null)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return members.length === 0 ? null : Object.fromEntries(members)
}

const isEqual = (name: string, one: Json | undefined, other: Json | undefined, purpose: Purpose): boolean =>
  JSON.stringify(canonical(name, one, purpose)) === JSON.stringify(canonical(name, other, purpose))

/** Whether two values of a property are the same to Graph, which compares names without case. */
export const isSame = (name: string, one: Json | undefined, other: Json | undefined): boolean =>
  isEqual(name, one, other, 'toRecognise')

/** Whether a change from one value to the other would change nothing. The case of a name is a difference. */
export const isUnchanged = (name: string, one: Json | undefined, other: Json | undefined): boolean =>
  isEqual(name, one, other, 'toChange')

/** Names of the properties by which an object in the directory is another one than the wanted one. */
export const differing = (wanted: Values, seen: Values): readonly string[] =>
  Object.keys(wanted).filter(name => !isSame(name, wanted[name], seen[name]))

/** Names of the properties that a change to the wanted values would change. */
export const toBeChanged = (wanted: Values, seen: Values): readonly string[] =>
  Object.keys(wanted).filter(name => !isUnchanged(name, wanted[name], seen[name]))
