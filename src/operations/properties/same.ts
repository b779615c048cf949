import type { Json } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import { instantOf } from '../../core/instant.ts'

/** Properties that Graph compares without case. */
const withoutCase = new Set([
  'ageGroup',
  'consentProvidedForMinor',
  'mail',
  'mailNickname',
  'preferredLanguage',
  'usageLocation',
  'userPrincipalName',
  'userType',
  'visibility',
])

const isObject = (value: Json): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value in one form: lists are sets, an empty list or object is null, times are instants in UTC. */
const canonical = (name: string, value: Json | undefined): Json => {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') {
    if (withoutCase.has(name)) return value.toLowerCase()
    return /^\d{4}-\d\d-\d\dT/.test(value) ? (instantOf(value) ?? value) : value
  }
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(each => JSON.stringify(canonical('', each)))
    return items.length === 0 ? null : [...new Set(items)].sort()
  }
  if (!isObject(value)) return value
  const members = Object.entries(value)
    .map(([member, inner]) => [member, canonical(member, inner)] as const)
    .filter(([, inner]) => inner !== null)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return members.length === 0 ? null : Object.fromEntries(members)
}

/** Whether two values of a property are the same to Graph. */
export const isSame = (name: string, one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(canonical(name, one)) === JSON.stringify(canonical(name, other))

/** Names of the properties whose values in the directory differ from the wanted ones. */
export const differing = (wanted: Values, seen: Values): readonly string[] =>
  Object.keys(wanted).filter(name => !isSame(name, wanted[name], seen[name]))
