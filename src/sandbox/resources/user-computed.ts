import type { Fields } from '../../core/json.ts'
import type { Directory } from '../directory/types.ts'
import { userFaults } from './user-faults.ts'
import { writeFaults } from './write-faults.ts'

/**
 * Adds what follows from the given values: the addresses of a new `mail`, the identity of a new user principal name, and
 * members of complex properties that the request leaves as they are.
 *
 * @param before the user as it is; for a creation what is known of it
 */
export const withComputed = (directory: Directory, given: Fields, before: Fields): Fields => {
  const values: { [property: string]: unknown } = { ...given }
  for (const name of Object.keys(given)) {
    const held = before[name]
    if (isMerged(name) && isObject(given[name])) values[name] = { ...(isObject(held) ? held : {}), ...given[name] }
    if (spelling[name] && given[name] !== null) values[name] = spelling[name](String(given[name]))
  }
  if (typeof given['mail'] === 'string')
    values['proxyAddresses'] = addressesWith(given['mail'], before['proxyAddresses'])
  const upn = given['userPrincipalName']
  if (typeof upn === 'string' && given['identities'] === undefined)
    values['identities'] = identitiesWith(directory, upn, before['identities'])
  return values
}

/**
 * Requires a verified domain, and an immutable id for a federated one.
 *
 * @throws GraphFault 400
 */
export const checkDomain = ({ domains }: Directory, upn: unknown, immutableId: unknown): void => {
  const name = String(upn).split('@')[1]?.toLowerCase()
  const domain = domains.find(({ id, isVerified }) => id.toLowerCase() === name && isVerified === true)
  if (!domain) throw userFaults.domainUnverified()
  if (domain['authenticationType'] === 'Federated' && (immutableId ?? '') === '')
    throw writeFaults.valueMissing('onPremisesImmutableId')
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Members that a request leaves out keep their values. @see https://learn.microsoft.com/graph/extensibility-overview */
const isMerged = (name: string): boolean => name === 'onPremisesExtensionAttributes' || /^ext[a-z0-9]{8}_/.test(name)

const oneOf =
  (...known: readonly string[]) =>
  (value: string): string =>
    known.find(one => one.toLowerCase() === value.toLowerCase()) ?? value

const spelling: Readonly<Record<string, (value: string) => string>> = {
  ageGroup: oneOf('Minor', 'NotAdult', 'Adult'),
  consentProvidedForMinor: oneOf('Granted', 'Denied', 'NotRequired'),
  usageLocation: value => value.toUpperCase(),
  userType: oneOf('Member', 'Guest'),
}

/** The new address is the primary one; the earlier ones are kept. @see https://learn.microsoft.com/graph/api/resources/user#mail-and-proxyaddresses-properties */
const addressesWith = (mail: string, held: unknown): readonly string[] => {
  const others = (Array.isArray(held) ? (held as readonly string[]) : [])
    .filter(one => one.replace(/^smtp:/i, '').toLowerCase() !== mail.toLowerCase())
    .map(one => one.replace(/^SMTP:/, 'smtp:'))
  return [`SMTP:${mail}`, ...others]
}

interface ObjectIdentity {
  readonly signInType: string
}

const identitiesWith = ({ domains }: Directory, upn: string, held: unknown): readonly unknown[] => {
  const issuer = domains.find(domain => domain['isInitial'] === true)?.id
  const others = (Array.isArray(held) ? (held as readonly ObjectIdentity[]) : []).filter(
    ({ signInType }) => signInType !== 'userPrincipalName',
  )
  return [...others, { signInType: 'userPrincipalName', issuer, issuerAssignedId: upn }]
}
