import { propertiesOfType, relationsOfType } from '../../data/properties.ts'
import { isGuid } from './address.ts'
import { namespace } from './type-facts.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().toLowerCase().split(/\s+/))

/** Entity sets and singletons of v1.0, below the version root. @see https://graph.microsoft.com/v1.0/$metadata */
const roots = words(`$metadata admin agreementAcceptances agreements appCatalogs applicationTemplates auditLogs
  authenticationMethodConfigurations authenticationMethodsPolicy certificateBasedAuthConfiguration chats communications
  compliance connections contracts copilot dataPolicyOperations deviceAppManagement deviceManagement domainDnsRecords drive
  drives education employeeExperience external filterOperators functions groupLifecyclePolicies groupSettings
  groupSettingTemplates identity identityGovernance identityProtection identityProviders informationProtection
  permissionGrants places planner print privacy reports schemaExtensions scopedRoleMemberships search security
  shares sites solutions storage subscriptions teams teamsTemplates teamwork tenantRelationships`)

/** Names below addresses that are not objects. */
const below: Readonly<Record<string, ReadonlySet<string>>> = {
  '': roots,
  '/auditlogs': words('directoryAudits signIns'),
  '/serviceprincipals/{id}/synchronization': words('secrets templates'),
  '/serviceprincipals/{id}/synchronization/jobs/{id}': words(
    'pause provisionOnDemand restart schema start validateCredentials',
  ),
  '/directory': words(`attributeSets customSecurityAttributeDefinitions deviceLocalCredentials federationConfigurations
    onPremisesSynchronization publicKeyInfrastructure subscriptions`),
  '/users/{id}/authentication': words(`emailMethods externalAuthenticationMethods fido2Methods methods
    microsoftAuthenticatorMethods operations passwordMethods phoneMethods platformCredentialMethods softwareOathMethods
    windowsHelloForBusinessMethods`),
  '/policies': words(`activityBasedTimeoutPolicies adminConsentRequestPolicy appManagementPolicies
    authenticationFlowsPolicy authenticationStrengthPolicies authorizationPolicy claimsMappingPolicies
    conditionalAccessPolicies crossTenantAccessPolicy defaultAppManagementPolicy deviceRegistrationPolicy
    featureRolloutPolicies homeRealmDiscoveryPolicies identitySecurityDefaultsEnforcementPolicy permissionGrantPolicies
    tokenIssuancePolicies tokenLifetimePolicies`),
  '/policies/authenticationmethodspolicy/authenticationmethodconfigurations':
    words(`email externalAuthenticationMethod fido2
    hardwareOath microsoftAuthenticator qrCodePin sms softwareOath voice x509Certificate`),
  '/tenantrelationships': words(
    'findTenantInformationByDomainName findTenantInformationByTenantId multiTenantOrganization',
  ),
  '/rolemanagement': words('entitlementManagement'),
  '/rolemanagement/directory': words(
    'resourceNamespaces roleAssignmentScheduleInstances roleEligibilityScheduleInstances',
  ),
  '/rolemanagement/directory/roleassignments/{id}': words('appScope directoryScope principal roleDefinition'),
  '/rolemanagement/directory/roleassignmentschedules/{id}': words(
    'activatedUsing appScope directoryScope principal roleDefinition',
  ),
  '/rolemanagement/directory/roleeligibilityschedules/{id}': words('appScope directoryScope principal roleDefinition'),
  '/rolemanagement/directory/roledefinitions/{id}': words('inheritsPermissionsFrom'),
}

/** Types of objects by address. */
const types: Readonly<Record<string, string>> = {
  '/users/{id}': 'user',
  '/groups/{id}': 'group',
  '/devices/{id}': 'device',
  '/applications/{id}': 'application',
  '/serviceprincipals/{id}': 'servicePrincipal',
  '/contacts/{id}': 'orgContact',
  '/administrativeunits/{id}': 'administrativeUnit',
  '/directory/administrativeunits/{id}': 'administrativeUnit',
  '/directoryroles/{id}': 'directoryRole',
  '/organization/{id}': 'organization',
  '/domains/{id}': 'domain',
}

/** Actions and functions on objects. */
const actions = words(`addKey addPassword removeKey removePassword addTokenSigningCertificate changePassword
  invalidateAllRefreshTokens restore renew validateProperties verify promote
  forceDelete setVerifiedPublisher unsetVerifiedPublisher exportPersonalData retryServiceProvisioning sendMail
  convertExternalToInternalMemberUser`)

/**
 * Whether Graph v1.0 has an address that the sandbox lacks.
 *
 * @param path the part that was found, in lower case, keys as `{id}`: `/users/{id}`
 * @param piece the piece that was not found below it
 */
export const isUnserved = (path: string, piece: string): boolean => {
  const name = piece.toLowerCase().replace(namespace, '')
  if (below[path]?.has(name)) return true
  const [, parent = '', relation = ''] = /^(.*)\/([^/]+)$/.exec(path) ?? []
  const type = types[path]
  if (type !== undefined) return actions.has(name) || namesOf(type).has(name)
  if (name === '$count' && counted.has(path)) return true
  // A single object of a relation: the address that removes a member.
  const owner = types[parent]
  const many = [...relationsOfType(owner ?? '')].some(
    ([own, { collection }]) => collection && own.toLowerCase() === relation,
  )
  return many && (isGuid(piece) || name === '$count')
}

/** Collections of v1.0 with `$count`. subscribedSkus has none. */
const counted: ReadonlySet<string> = new Set([
  '/directoryroletemplates',
  '/domains',
  '/organization',
  '/rolemanagement/directory/roleassignments',
  '/rolemanagement/directory/roledefinitions',
  '/users/{id}/licensedetails',
])

const kept = new Map<string, ReadonlySet<string>>()

/** Names of properties and relations: both can be addressed, as in `/users/{id}/displayName`. */
const namesOf = (type: string): ReadonlySet<string> => {
  const have = kept.get(type)
  if (have) return have
  const names = new Set(
    [...propertiesOfType(type).keys(), ...relationsOfType(type).keys()].map(name => name.toLowerCase()),
  )
  kept.set(type, names)
  return names
}
