import type { Json } from '../core/json.ts'
import type { Values } from '../core/operation.ts'
import type { Candidate, DecideOptions } from './candidate.ts'
import type { Mapping } from './mapping.ts'
import { isOn, nothing, type Outcome } from './outcome.ts'
import { ownsNew } from './scope.ts'
import { cloudJoiners } from './switched-off.ts'

const isEmptyList = (value: Json): boolean => Array.isArray(value) && value.length === 0

/** What is to be done about a person without an account. */
export const decideJoiner = (
  mapping: Mapping,
  person: Candidate,
  { isSyncing, cloudJoiners: isAllowed }: DecideOptions,
): Outcome => {
  const filled = Object.entries(person.wanted).filter(([, value]) => value !== null && !isEmptyList(value))
  const wanted: Values = { ...Object.fromEntries(filled), accountEnabled: isOn(mapping, person) }
  for (const path of ['displayName', 'userPrincipalName'])
    if (wanted[path] === undefined && !mapping.generated.has(path as 'userPrincipalName'))
      return {
        ...nothing('failed', `The row has no ${path}, without which no account can be created.`),
        fix: 'Correct the row.',
      }
  const isKnown = mapping.scope.properties.every(path => !mapping.generated.has(path as 'userPrincipalName'))
  if (isKnown && !ownsNew(mapping, wanted))
    return {
      ...nothing('failed', `The new account would be outside the scope of the feed, ${mapping.scope.text}.`),
      fix: 'Correct the row, or map the properties of the scope.',
    }
  const when = person.starts === null ? 'Has no account.' : `Has no account, and starts on ${person.starts}.`
  if (isSyncing && !isAllowed)
    return {
      ...nothing('joiner', `${when} The directory is synchronized from Active Directory.`),
      off: cloudJoiners,
      wanted,
      fix: 'Create the person in Active Directory, or add --cloud-joiners.',
    }
  return { class: 'joiner', action: 'create', why: when, wanted }
}
