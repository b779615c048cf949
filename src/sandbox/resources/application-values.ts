import type { Fields } from '../../core/json.ts'
import { isFields } from '../../core/json.ts'
import { schema } from '../../data/graph-types.ts'
import { propertiesOfType } from '../../data/properties.ts'
import type { Entity } from '../directory/types.ts'
import { applicationFaults } from './application-faults.ts'
import type { Call } from './call.ts'
import { writeFaults } from './write-faults.ts'

/** Applications and service principals. */
export type AppKind = 'application' | 'servicePrincipal'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/**
 * What a request may change, by the pages of the types and of their updates.
 *
 * @see https://learn.microsoft.com/graph/api/application-update
 * @see https://learn.microsoft.com/graph/api/resources/application
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-update
 * @see https://learn.microsoft.com/graph/api/resources/serviceprincipal
 */
const writable: Readonly<Record<AppKind, ReadonlySet<string>>> = {
  application:
    words(`addIns api appRoles defaultRedirectUri description displayName groupMembershipClaims identifierUris
    info isDeviceOnlyAuthSupported isFallbackPublicClient keyCredentials nativeAuthenticationApisEnabled notes
    oauth2RequirePostResponse optionalClaims parentalControlSettings publicClient requestSignatureVerification
    requiredResourceAccess samlMetadataUrl serviceManagementReference servicePrincipalLockConfiguration signInAudience spa
    tags tokenEncryptionKeyId uniqueName web`),
  servicePrincipal: words(`accountEnabled addIns alternativeNames appRoleAssignmentRequired appRoles description
    displayName homepage keyCredentials loginUrl logoutUrl notes notificationEmailAddresses oauth2PermissionScopes
    preferredSingleSignOnMode preferredTokenSigningKeyThumbprint replyUrls samlSingleSignOnSettings servicePrincipalNames
    tags tokenEncryptionKeyId`),
}

const longest: Readonly<Record<string, number>> = { displayName: 256, description: 1024, notes: 1024 }

const oneOf: Readonly<Record<string, readonly string[]>> = {
  signInAudience: [
    'AzureADMyOrg',
    'AzureADMultipleOrgs',
    'AzureADandPersonalMicrosoftAccount',
    'PersonalMicrosoftAccount',
  ],
  preferredSingleSignOnMode: ['notSupported', 'password', 'saml', 'external', 'oidc'],
}

/** Checks the properties of a request that updates an application or a service principal. @throws GraphFault 400 */
export const checkAppValues = ({ directory }: Call, kind: AppKind, given: Fields): void => {
  const isExtension = (name: string): boolean =>
    directory.extensions.some(one => one.kind === kind && one.name === name)
  for (const [name, value] of Object.entries(given)) {
    if (name === 'passwordCredentials') throw applicationFaults.passwords()
    if (!writable[kind].has(name) && !isExtension(name)) throw writeFaults.readOnly(name)
    if (typeof value === 'string' && value.length > (longest[name] ?? Infinity))
      throw writeFaults.valueInvalid(name, kind)
    if (typeof value === 'string' && oneOf[name]?.includes(value) === false) throw writeFaults.valueInvalid(name, kind)
  }
  // The page of the type calls it required.
  if ('displayName' in given && (given['displayName'] ?? '') === '') throw writeFaults.valueMissing('displayName')
}

/**
 * The values that a request gives to an object: members of complex properties that it leaves out keep theirs.
 *
 * @throws GraphFault 400 for a unique value of another application
 */
export const changedApp = ({ directory }: Call, kind: AppKind, given: Fields, before: Entity): Fields => {
  if ('uniqueName' in given && before['uniqueName'] !== null && given['uniqueName'] !== before['uniqueName'])
    throw writeFaults.readOnly('uniqueName')
  const uris = (given['identifierUris'] ?? []) as readonly string[]
  const others = (entity: Entity): boolean =>
    entity.id !== before.id && (entity['identifierUris'] as readonly string[]).some(uri => uris.includes(uri))
  const query = { order: 'default', view: 'truth', where: others } as const
  if (uris.length > 0 && directory.collection(kind).slice(query, 1, ['id']).ids.length > 0)
    throw applicationFaults.uriTaken()
  return merged(kind, given, before)
}

const merged = (type: string, given: Fields, before: Fields): Fields =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const property = propertiesOfType(type).get(name)
      const isComplex = property && !property.collection && schema.complexTypes[property.type] !== undefined
      const held = before[name]
      return [
        name,
        isComplex && isFields(value) && isFields(held) ? { ...held, ...merged(property.type, value, held) } : value,
      ]
    }),
  )
