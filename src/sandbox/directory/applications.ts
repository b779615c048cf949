import { graphAppId } from '../../data/permission-ids.ts'
import { guids, type Guids } from './guids.ts'
import { isoTime } from './iso-time.ts'
import { madePopulation } from './made-population.ts'
import { scatter } from './permutation.ts'
import type { Population } from './population.ts'
import { ownAppRoles } from './own-app-roles.ts'
import { graphAppRoles, graphScopes, userReadScope, type RegisteredApp } from './registered-apps.ts'
import { applicationOf, principalOf } from './registered-entities.ts'
import { growthTimeline, presentSeconds } from './timeline.ts'
import type { TenantNames } from './user.ts'
import { withAdded } from './with-added.ts'

interface ApplicationOptions {
  /** Number of applications derived from the seed. */
  readonly size: number
  readonly key: number
  readonly tenant: TenantNames
  /** Apps of the token endpoint. They are listed after the others. */
  readonly registered: readonly RegisteredApp[]
}

interface Applications {
  readonly applications: Population
  readonly servicePrincipals: Population
  /** Number of service principals derived from the seed: of Microsoft, of applications, of managed identities. */
  readonly principals: number
  /** Id of the service principal of Microsoft Graph. */
  readonly graphId: string
  /** Ids of the service principals of applications derived from the seed, by rank. */
  readonly principalIds: readonly string[]
  /** Whether the application of a rank requires an assignment. */
  needsAssignment(rank: number): boolean
  /** `extension_<appId of the first application without hyphens>_costCenterCode`. */
  readonly directoryExtension: string
}

/** Microsoft's applications in every tenant, with their real ids. */
const microsoft = [
  [graphAppId, 'Microsoft Graph'],
  ['00000002-0000-0ff1-ce00-000000000000', 'Office 365 Exchange Online'],
  ['00000003-0000-0ff1-ce00-000000000000', 'Office 365 SharePoint Online'],
  ['00000002-0000-0000-c000-000000000000', 'Windows Azure Active Directory'],
  ['c44b4083-3bb0-49c1-b47d-974e53cbdf3c', 'Azure Portal'],
  ['04b07795-8ddb-461a-bbee-02f9e1bf7b46', 'Microsoft Azure CLI'],
  ['cc15fd57-2c6c-4117-a88c-83b1d56b4bbe', 'Microsoft Teams Services'],
  ['0000000a-0000-0000-c000-000000000000', 'Microsoft Intune'],
] as const

/** Microsoft's own tenant, which owns its applications. */
const microsoftTenant = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'

const nouns =
  'HR Feed,Payroll,Expense,Travel,Badge,Parking,Survey,Wiki,Build,Backup,Monitoring,Invoice,Booking,Warehouse,Translation,Signature'.split(
    ',',
  )
const verbs = 'Connector,Portal,Service,Sync,Bot,Dashboard'.split(',')

const nameOf = (rank: number): string => {
  const name = `${nouns[rank % nouns.length]} ${verbs[Math.floor(rank / nouns.length) % verbs.length]}`
  const round = Math.floor(rank / (nouns.length * verbs.length))
  return round === 0 ? name : `${name} ${round + 1}`
}

const credential = (hash: number, ids: Guids) => ({
  customKeyIdentifier: null,
  displayName: 'rotated by operations',
  endDateTime: isoTime(presentSeconds + (hash % 31_536_000) - 5_000_000),
  hint: `${(hash % 900) + 100}`,
  keyId: ids.of(hash & 0xffffff),
  secretText: null,
  startDateTime: isoTime(presentSeconds - 10_000_000 - (hash % 5_000_000)),
})

/** Applications, and the service principals of these, of Microsoft, and of managed identities. */
export const applications = ({ size, key, tenant, registered }: ApplicationOptions): Applications => {
  const appIds = guids(key ^ 0x64)
  const identityAppIds = guids(key ^ 0x65)
  const keyIds = guids(key ^ 0x66)
  const creation = growthTimeline(size, 0)
  const identities = Math.max(2, Math.floor(size / 4))
  const principalAppId = (rank: number): string =>
    rank < microsoft.length
      ? String(microsoft[rank]?.[0])
      : rank < microsoft.length + size
        ? appIds.of(rank - microsoft.length)
        : identityAppIds.of(rank)

  const needsAssignment = (rank: number): boolean => scatter((microsoft.length + rank) ^ key ^ 0x5b) % 4 === 0
  /** Every second application that requires an assignment has roles for people, one for apps, and one that is disabled. */
  const appRolesOf = (rank: number) =>
    needsAssignment(rank) && scatter(rank ^ key ^ 0x6e) % 2 === 0 ? ownAppRoles(appIds.of(rank)) : []
  const apps = madePopulation({
    kind: 'application',
    size,
    key: key ^ 0x14,
    guidKeys: { appId: appIds },
    empty: Object.fromEntries(
      'addIns appRoles identifierUris keyCredentials managerApplications passwordCredentials requiredResourceAccess tags'
        .split(' ')
        .map(name => [name, []]),
    ),
    make(rank) {
      const hash = scatter(rank ^ key ^ 0x4a)
      const site = `https://${nameOf(rank).toLowerCase().replaceAll(' ', '-')}.${tenant.domain}`
      return {
        addIns: [],
        api: {
          acceptMappedClaims: null,
          knownClientApplications: [],
          oauth2PermissionScopes: [],
          preAuthorizedApplications: [],
          requestedAccessTokenVersion: hash % 2 === 0 ? 2 : null,
        },
        appId: appIds.of(rank),
        applicationTemplateId: null,
        appRoles: appRolesOf(rank),
        authenticationBehaviors: null,
        certification: null,
        createdByAppId: null,
        createdDateTime: isoTime(creation.at(rank) ?? presentSeconds),
        defaultRedirectUri: null,
        description: hash % 3 === 0 ? `${nameOf(rank)} of ${tenant.domain}` : null,
        disabledByMicrosoftStatus: null,
        displayName: nameOf(rank),
        groupMembershipClaims: hash % 5 === 0 ? 'SecurityGroup' : null,
        identifierUris: hash % 2 === 0 ? [`api://${appIds.of(rank)}`] : [],
        info: {
          logoUrl: null,
          marketingUrl: null,
          privacyStatementUrl: null,
          supportUrl: null,
          termsOfServiceUrl: null,
        },
        isDeviceOnlyAuthSupported: null,
        isDisabled: null,
        isFallbackPublicClient: false,
        keyCredentials: [],
        logo: null,
        managerApplications: [],
        nativeAuthenticationApisEnabled: null,
        notes: null,
        oauth2RequirePostResponse: false,
        optionalClaims: null,
        parentalControlSettings: { countriesBlockedForMinors: [], legalAgeGroupRule: 'Allow' },
        passwordCredentials: hash % 3 > 0 ? [credential(hash, keyIds)] : [],
        publicClient: { redirectUris: [] },
        publisherDomain: tenant.domain,
        requestSignatureVerification: null,
        requiredResourceAccess: [
          {
            resourceAppId: graphAppId,
            resourceAccess: [{ id: userReadScope.id, type: 'Scope' }],
          },
        ],
        samlMetadataUrl: null,
        serviceManagementReference: null,
        servicePrincipalLockConfiguration: null,
        signInAudience: hash % 7 === 0 ? 'AzureADMultipleOrgs' : 'AzureADMyOrg',
        spa: { redirectUris: [] },
        tags: [],
        tokenEncryptionKeyId: null,
        uniqueName: null,
        verifiedPublisher: { addedDateTime: null, displayName: null, verifiedPublisherId: null },
        web: {
          homePageUrl: site,
          implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: hash % 4 === 0 },
          logoutUrl: null,
          redirectUris: [`${site}/signin-oidc`],
          redirectUriSettings: [],
        },
      }
    },
  })

  const principals = madePopulation({
    kind: 'servicePrincipal',
    size: microsoft.length + size + identities,
    key: key ^ 0x15,
    empty: {
      accountEnabled: true,
      appRoleAssignmentRequired: false,
      ...Object.fromEntries(
        'addIns alternativeNames appRoles keyCredentials notificationEmailAddresses oauth2PermissionScopes passwordCredentials replyUrls resourceSpecificApplicationPermissions servicePrincipalNames tags'
          .split(' ')
          .map(name => [name, []]),
      ),
    },
    keys: {
      appId(value) {
        const own = appIds.indexOf(value, size)
        if (own !== undefined) return microsoft.length + own
        const rank = microsoft.findIndex(([appId]) => appId === value)
        if (rank >= 0) return rank
        const identity = identityAppIds.indexOf(value, microsoft.length + size + identities)
        return identity !== undefined && identity >= microsoft.length + size ? identity : undefined
      },
    },
    make(rank) {
      const hash = scatter(rank ^ key ^ 0x5b)
      const own = rank - microsoft.length
      const isApp = own >= 0 && own < size
      const isIdentity = own >= size
      const isGraph = rank === 0
      const displayName = isApp
        ? nameOf(own)
        : isIdentity
          ? `vm-${String(own - size).padStart(4, '0')}`
          : String(microsoft[rank]?.[1])
      const appId = principalAppId(rank)
      return {
        accountEnabled: isGraph || hash % 20 > 0,
        addIns: [],
        alternativeNames: isIdentity
          ? [
              'isExplicit=False',
              `/subscriptions/${keyIds.of(1)}/resourcegroups/prod/providers/Microsoft.Compute/virtualMachines/${displayName}`,
            ]
          : [],
        appDescription: null,
        appDisplayName: isIdentity ? null : displayName,
        appId,
        applicationTemplateId: null,
        appOwnerOrganizationId: isApp ? tenant.tenantId : isIdentity ? null : microsoftTenant,
        appRoleAssignmentRequired: isApp && needsAssignment(own),
        appRoles: isGraph ? graphAppRoles(registered) : isApp ? appRolesOf(own) : [],
        createdByAppId: null,
        customSecurityAttributes: null,
        description: null,
        disabledByMicrosoftStatus: null,
        displayName,
        homepage: null,
        info: isIdentity
          ? null
          : { logoUrl: null, marketingUrl: null, privacyStatementUrl: null, supportUrl: null, termsOfServiceUrl: null },
        isDisabled: null,
        keyCredentials: [],
        loginUrl: null,
        logoutUrl: null,
        notes: null,
        notificationEmailAddresses: [],
        oauth2PermissionScopes: isGraph ? graphScopes() : [],
        passwordCredentials: [],
        preferredSingleSignOnMode: isApp && hash % 6 === 0 ? 'saml' : null,
        preferredTokenSigningKeyThumbprint: null,
        replyUrls: [],
        resourceSpecificApplicationPermissions: [],
        samlSingleSignOnSettings: null,
        servicePrincipalNames: isGraph ? [appId, 'https://graph.microsoft.com'] : [appId],
        servicePrincipalType: isIdentity ? 'ManagedIdentity' : 'Application',
        signInAudience: isIdentity ? null : isApp ? 'AzureADMyOrg' : 'AzureADMultipleOrgs',
        tags: isApp ? ['WindowsAzureActiveDirectoryIntegratedApp'] : [],
        tokenEncryptionKeyId: null,
        verifiedPublisher: { addedDateTime: null, displayName: null, verifiedPublisherId: null },
      }
    },
  })
  apps.load(0)
  principals.load(microsoft.length)
  const [application, principal] = [apps.subject.entity, principals.subject.entity]
  // Only the token endpoint knows the secrets, so there are no hints.
  const secrets = [
    { ...credential(0xfffffe, keyIds), displayName: 'sandbox', endDateTime: '2299-12-31T00:00:00Z', hint: null },
    { ...credential(0, keyIds), displayName: 'sandbox, expired', hint: null },
  ]
  const template = {
    ...application,
    createdDateTime: isoTime(creation.at(0) ?? presentSeconds),
    passwordCredentials: secrets,
  }
  return {
    applications: withAdded(
      apps,
      registered.map(app => applicationOf(app, template)),
    ),
    servicePrincipals: withAdded(
      principals,
      registered.map(app => principalOf(app, principal)),
    ),
    principals: principals.size,
    graphId: principals.idOf(0),
    principalIds: Array.from({ length: size }, (_, rank) => principals.idOf(microsoft.length + rank)),
    needsAssignment,
    directoryExtension: `extension_${appIds.of(0).replaceAll('-', '')}_costCenterCode`,
  }
}
