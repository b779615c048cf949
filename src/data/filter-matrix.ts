/**
 * The `$filter` operators that a property supports. Four letters stand for eq (and in), startsWith, ge/le, and eq null: `D`
 * is supported by default, `A` with advanced query parameters (`ConsistencyLevel: eventual` and `$count=true`), `-` not at
 * all. A path through a collection means `any`: `assignedLicenses/skuId` is `assignedLicenses/any(x:x/skuId …)`.
 *
 * From Microsoft's generated tables (directory-objects-filter.md) and, for id, groupTypes, employeeId, identities, sign-ins
 * and deletedDateTime, from the pages of the resources. For some properties (accountEnabled, employeeType …) null is
 * allowed although the tables leave it blank, because a filter refused here is never sent. Properties that are not listed
 * cannot be filtered.
 *
 * @see https://learn.microsoft.com/graph/aad-advanced-queries
 */
export const matrix: Readonly<Record<string, readonly string[]>> = {
  user: [
    'DD-A city country department displayName givenName jobTitle mail mailNickname surname usageLocation',
    'DD-- imAddresses infoCatalogs otherMails proxyAddresses userPrincipalName',
    'DA-A employeeId',
    'D--D identities/issuer',
    'D--A accountEnabled ageGroup creationType externalUserState isResourceAccount onPremisesImmutableId',
    'D--A onPremisesSecurityIdentifier onPremisesSyncEnabled state userType',
    'D-DA createdDateTime onPremisesLastSyncDateTime',
    'D-D- signInActivity/lastSignInDateTime signInActivity/lastNonInteractiveSignInDateTime',
    'D-D- signInActivity/lastSuccessfulSignInDateTime',
    'D--- id appRoleAssignments/id assignedLicenses/skuId consentProvidedForMinor identities/issuerAssignedId',
    'D--- isLicenseReconciliationNeeded licenseDetails/id oauth2PermissionGrants/id onPremisesProvisioningErrors/category',
    'D--- onPremisesProvisioningErrors/propertyCausingError scopedRoleMemberOf/id cloudRealtimeCommunicationInfo/isSipEnabled',
    'AA-A companyName faxNumber mobilePhone officeLocation onPremisesDistinguishedName postalCode preferredLanguage',
    'AA-A streetAddress onPremisesExtensionAttributes/extensionAttribute#',
    'AA-A employeeOrgData/costCenter employeeOrgData/division employeeType onPremisesSamAccountName',
    'AA-- assignedPlans/service businessPhones provisionedPlans/service',
    'A-AA employeeHireDate',
    'A--A passwordProfile/forceChangePasswordNextSignIn passwordProfile/forceChangePasswordNextSignInWithMfa',
    'A--- assignedPlans/capabilityStatus assignedPlans/servicePlanId authorizationInfo/certificateUserIds createdObjects/id',
    'A--- onPremisesSipInfo/isSipEnabled provisionedPlans/provisioningStatus showInAddressList',
    '---A passwordPolicies',
  ],
  group: [
    'DD-A displayName mail mailNickname',
    'DD-- classification infoCatalogs membershipRule proxyAddresses settings/displayName uniqueName',
    'D--D hasMembersWithLicenseErrors',
    'D--A onPremisesSecurityIdentifier onPremisesSyncEnabled',
    'D-D- onPremisesLastSyncDateTime renewedDateTime',
    'D--- id appRoleAssignments/id assignedLicenses/skuId createdByAppId createdOnBehalfOf/id groupTypes isAssignableToRole',
    'D--- mailEnabled membershipRuleProcessingState onPremisesProvisioningErrors/category',
    'D--- onPremisesProvisioningErrors/propertyCausingError resourceBehaviorOptions resourceProvisioningOptions',
    'D--- securityEnabled settings/id',
    'AA-A description preferredLanguage',
    'AA-- onPremisesSamAccountName',
    'A-A- expirationDateTime',
  ],
  device: [
    'DD-A displayName operatingSystem operatingSystemVersion',
    'DD-- hostnames physicalIds',
    'D-DA approximateLastSignInDateTime onPremisesLastSyncDateTime',
    'D-A- alternativeSecurityIds/type',
    'D--A onPremisesSecurityIdentifier onPremisesSyncEnabled',
    'D--- id accountEnabled deviceId isCompliant isManaged mdmAppId profileType trustType',
    'AA-A deviceCategory enrollmentProfileName extensionAttributes/extensionAttribute# manufacturer model',
    'AA-- alternativeSecurityIds/identityProvider',
    'A-AA registrationDateTime',
    'A--A deviceOwnership isRooted managementType',
  ],
  directoryRole: ['DA-A displayName', 'D--- id roleTemplateId', 'AA-A description'],
  administrativeUnit: [
    'DD-A displayName',
    'DD-- membershipRule',
    'D--- id isMemberManagementRestricted membershipRuleProcessingState scopedRoleMembers/id',
    'AA-A description',
  ],
  application: [
    'DD-A displayName',
    'DD-- identifierUris tags uniqueName',
    'D-DA createdDateTime',
    'D--- id appId createdOnBehalfOf/id disabledByMicrosoftStatus publisherDomain signInAudience',
    'AA-A description notes serviceManagementReference verifiedPublisher/displayName web/homePageUrl',
    'AA-- federatedIdentityCredentials/issuer federatedIdentityCredentials/name federatedIdentityCredentials/subject',
    'AA-- info/termsOfServiceUrl publicClient/redirectUris spa/redirectUris web/redirectUris',
    'A--- requiredResourceAccess/resourceAppId',
    '---A info/logoUrl',
  ],
  servicePrincipal: [
    'DD-A displayName',
    'DD-- alternativeNames publisherName servicePrincipalNames tags',
    'DD-- remoteDesktopSecurityConfiguration/targetDeviceGroups/displayName',
    'D-D- preferredTokenSigningKeyEndDateTime',
    'D--- id accountEnabled appId appRoleAssignedTo/id appRoleAssignments/id applicationTemplateId',
    'D--- delegatedPermissionClassifications/id oauth2PermissionGrants/id preferredSingleSignOnMode servicePrincipalType',
    'D--- remoteDesktopSecurityConfiguration/id remoteDesktopSecurityConfiguration/targetDeviceGroups/id',
    'AA-A description homepage notes verifiedPublisher/displayName',
    'AA-- federatedIdentityCredentials/issuer federatedIdentityCredentials/name federatedIdentityCredentials/subject',
    'AA-- info/termsOfServiceUrl',
    'A--- appOwnerOrganizationId appRoleAssignmentRequired createdObjects/id',
    '---A info/logoUrl',
  ],
  orgContact: [
    'DD-A department displayName givenName jobTitle mail mailNickname surname',
    'DD-- proxyAddresses',
    'D-D- onPremisesLastSyncDateTime',
    'D--A onPremisesSyncEnabled',
    'D--- id manager/id onPremisesProvisioningErrors/category onPremisesProvisioningErrors/propertyCausingError',
    'AA-A companyName',
  ],
  directoryObject: ['AA-- displayName mail', 'A--- id'],
  directoryRoleTemplate: [],
  subscribedSku: [],
}

/** Collections whose `/$count` can be compared with 0, and with 1 if marked `1`; always advanced. */
export const counted: Readonly<Record<string, readonly string[]>> = {
  user: ['assignedLicenses', 'onPremisesProvisioningErrors', 'otherMails', 'ownedObjects 1', 'proxyAddresses'],
  group: ['assignedLicenses', 'onPremisesProvisioningErrors', 'proxyAddresses'],
  device: ['physicalIds', 'systemLabels'],
  application: ['extensionProperties', 'federatedIdentityCredentials', 'owners 1'],
  servicePrincipal: ['federatedIdentityCredentials', 'ownedObjects 1', 'owners 1'],
  orgContact: ['onPremisesProvisioningErrors', 'proxyAddresses'],
}

/**
 * Collections for which `any()` without a condition is documented, by default: "List groups", example 7. For others it is
 * unknown.
 *
 * @see https://learn.microsoft.com/graph/api/group-list
 */
export const bareAny: Readonly<Record<string, readonly string[]>> = { group: ['assignedLicenses'] }

/** Properties that support `endsWith`, in all types that have them; always advanced. */
export const endings: ReadonlySet<string> = new Set(['mail', 'otherMails', 'userPrincipalName', 'proxyAddresses'])

/** Properties that support `$orderby`, by default (`D`) or in an advanced query (`A`). */
export const sorted: Readonly<Record<string, readonly string[]>> = {
  user: ['D displayName userPrincipalName', 'A createdDateTime deletedDateTime'],
  group: ['D displayName', 'A deletedDateTime'],
  device: ['A approximateLastSignInDateTime createdDateTime deletedDateTime displayName'],
  application: ['A createdDateTime deletedDateTime displayName'],
  servicePrincipal: ['A createdDateTime deletedDateTime displayName'],
  administrativeUnit: ['A createdDateTime deletedDateTime displayName'],
  orgContact: ['A createdDateTime displayName'],
  directoryObject: ['A displayName'],
  directoryRole: [],
  directoryRoleTemplate: [],
  subscribedSku: [],
}
