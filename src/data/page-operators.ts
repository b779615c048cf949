/**
 * `$filter` operators from the pages of the resources: operators, a colon, and the properties for which the page lists them
 * ("Supports $filter (eq, ne, not, ge, le …)"). A property with parts (`employeeOrgData`, `identities`) stands for all of
 * them. `null` means that the page lists "eq on null values".
 *
 * The pages allow more than the generated table in `filter-matrix.ts`, for example `ge` and `le` on most strings. No
 * document says which one is right.
 *
 * @see https://learn.microsoft.com/graph/api/resources/user#properties and the same section of the other types' pages
 */
export const pageOperators: Readonly<Record<string, readonly string[]>> = {
  user: [
    'eq ne not in: accountEnabled ageGroup consentProvidedForMinor creationType externalUserState id',
    'eq ne not in: externalUserStateChangeDateTime onPremisesExtensionAttributes',
    'eq ne not in null: onPremisesSyncEnabled passwordProfile userType',
    'eq not: assignedLicenses assignedPlans',
    'eq null: identities onPremisesSecurityIdentifier',
    'ne not null: passwordPolicies',
    'eq ne not ge le: signInActivity',
    'eq ne not startsWith: customSecurityAttributes',
    'eq not ge le: onPremisesProvisioningErrors provisionedPlans',
    'eq not ge le startsWith: businessPhones imAddresses securityIdentifier',
    'eq not ge le in startsWith endsWith: otherMails',
    'eq not ge le startsWith endsWith: proxyAddresses',
    'eq ne not ge le in: createdDateTime deletedDateTime employeeHireDate employeeLeaveDateTime employeeOrgData',
    'eq ne not ge le in: onPremisesImmutableId onPremisesLastSyncDateTime',
    'eq ne not ge le in null: department',
    'eq ne not ge le in startsWith: employeeType onPremisesSamAccountName onPremisesUserPrincipalName',
    'eq ne not ge le in startsWith endsWith: userPrincipalName',
    'eq ne not ge le in startsWith endsWith null: mail',
    'eq ne not ge le in startsWith null: city companyName country displayName employeeId faxNumber givenName jobTitle',
    'eq ne not ge le in startsWith null: mailNickname mobilePhone officeLocation postalCode preferredLanguage state',
    'eq ne not ge le in startsWith null: streetAddress surname usageLocation',
  ],
  group: [
    'eq: assignedLicenses hasMembersWithLicenseErrors',
    'eq not: groupTypes onPremisesProvisioningErrors',
    'eq null: onPremisesSecurityIdentifier',
    'eq ne not: isAssignableToRole mailEnabled',
    'eq ne not in: id membershipRuleProcessingState securityEnabled',
    'eq ne not in null: onPremisesSyncEnabled',
    'eq ne not ge le in: expirationDateTime onPremisesLastSyncDateTime renewedDateTime',
    'eq ne not ge le startsWith: classification description membershipRule',
    'eq not ge le startsWith endsWith: proxyAddresses',
    'eq ne not ge le in startsWith: onPremisesSamAccountName',
    'eq ne not ge le in startsWith null: displayName mail mailNickname preferredLanguage',
  ],
  device: [
    'eq: systemLabels',
    'eq ne not: isCompliant isManaged',
    'eq ne not in: accountEnabled id',
    'eq ne not in null: onPremisesSyncEnabled',
    'eq ne not startsWith: deviceId mdmAppId',
    'eq not startsWith null: extensionAttributes',
    'eq not ge le: alternativeSecurityIds',
    'eq ne not ge le null: approximateLastSignInDateTime',
    'eq ne not ge le in: onPremisesLastSyncDateTime',
    'eq not ge le startsWith: physicalIds',
    'eq ne not ge le startsWith null: operatingSystem operatingSystemVersion',
    'eq ne not ge le in startsWith null: displayName',
  ],
  application: [
    'eq: appId',
    'eq ne not: applicationTemplateId disabledByMicrosoftStatus signInAudience',
    'eq ne not ge le in null: createdDateTime',
    'eq ne not ge le null: info',
    'eq not ge le: keyCredentials requiredResourceAccess',
    'startsWith: federatedIdentityCredentials',
    'eq ne ge le startsWith: identifierUris publisherDomain',
    'eq not ge le startsWith: tags',
    'eq ne not ge le startsWith: description',
    'eq ne not ge le in startsWith null: displayName',
  ],
  servicePrincipal: [
    'eq ne not: appRoleAssignmentRequired applicationTemplateId disabledByMicrosoftStatus',
    'eq ne not in: accountEnabled',
    'eq ne not in startsWith: appId',
    'eq ne not startsWith: customSecurityAttributes',
    'eq ne not ge le: appOwnerOrganizationId',
    'eq ne not ge le null: info',
    'eq not ge le: keyCredentials',
    'eq: remoteDesktopSecurityConfiguration',
    'eq not ge le startsWith: alternativeNames servicePrincipalNames tags',
    'eq ne not ge le startsWith: description',
    'eq ne not ge le in startsWith null: displayName',
  ],
  orgContact: [
    'eq: manager',
    'eq not: onPremisesProvisioningErrors',
    'eq ne not in null: onPremisesSyncEnabled',
    'eq ne not ge le in: onPremisesLastSyncDateTime',
    'eq not ge le startsWith: proxyAddresses',
    'eq ne not ge le in startsWith null: companyName department displayName givenName jobTitle mail mailNickname surname',
  ],
}

/** Collections whose `/$count` only a page compares with 0, and with 1 if marked `1`. */
export const pageCounts: Readonly<Record<string, readonly string[]>> = {
  user: ['ownedDevices 1'],
  group: ['owners 1'],
}

/** The page of a type, whose section on properties documents `$filter` and `$orderby`. */
export const documentOf = (type: string): string =>
  `https://learn.microsoft.com/graph/api/resources/${type.toLowerCase()}`
