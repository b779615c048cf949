const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** How a property of an object is written by a client. */
interface Writing {
  /** Computed by the service, or changed by other requests. */
  readonly readOnly: ReadonlySet<string>
  /** Cannot be cleared. */
  readonly notNullable: ReadonlySet<string>
  /** Most characters. */
  readonly longest: Readonly<Record<string, number>>
  /** Properties that this request does not change, with what does. */
  readonly elsewhere: Readonly<Record<string, string>>
}

/** Properties that SharePoint keeps. @see https://learn.microsoft.com/graph/api/user-update */
const ofSharePoint = Object.fromEntries(
  [
    ...words('aboutMe birthday hireDate interests mySite pastProjects preferredName responsibilities schools skills'),
  ].map(name => [name, 'SharePoint keeps this property. Only a signed-in person can change it.']),
)

/** Secrets and certificates of applications and service principals: Graph shows them without their values. */
const credentials = {
  keyCredentials: 'Graph never returns the keys, so a file cannot have them. Certificates have requests of their own.',
  passwordCredentials:
    'Graph never returns the secrets, so a file cannot have them. Secrets have requests of their own.',
}

/**
 * Which properties a client can write, from the pages of the types and of their updates.
 *
 * @see https://learn.microsoft.com/graph/api/resources/user
 * @see https://learn.microsoft.com/graph/api/user-update
 * @see https://learn.microsoft.com/graph/api/resources/group
 * @see https://learn.microsoft.com/graph/api/group-update
 * @see https://learn.microsoft.com/graph/api/resources/device
 * @see https://learn.microsoft.com/graph/api/device-update
 * @see https://learn.microsoft.com/graph/api/resources/application
 * @see https://learn.microsoft.com/graph/api/application-update
 * @see https://learn.microsoft.com/graph/api/resources/serviceprincipal
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-update
 */
export const writing: Readonly<Record<'user' | 'group' | 'device' | 'application' | 'servicePrincipal', Writing>> = {
  user: {
    readOnly: words(`id deletedDateTime assignedLicenses assignedPlans authorizationInfo createdDateTime creationType
      deviceEnrollmentLimit externalUserState externalUserStateChangeDateTime imAddresses isManagementRestricted
      isResourceAccount lastPasswordChangeDateTime legalAgeGroupClassification licenseAssignmentStates mailboxSettings
      onPremisesDistinguishedName onPremisesDomainName onPremisesLastSyncDateTime onPremisesProvisioningErrors
      onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName
      provisionedPlans proxyAddresses refreshTokensValidFromDateTime securityIdentifier serviceProvisioningErrors
      signInActivity signInSessionsValidFromDateTime`),
    notNullable: words(
      'accountEnabled displayName mail mailNickname passwordProfile usageLocation userPrincipalName userType',
    ),
    longest: {
      city: 128,
      companyName: 64,
      country: 128,
      department: 64,
      displayName: 256,
      employeeId: 16,
      givenName: 64,
      jobTitle: 128,
      mailNickname: 64,
      mobilePhone: 64,
      postalCode: 40,
      state: 128,
      streetAddress: 1024,
      surname: 64,
    },
    elsewhere: {
      ...ofSharePoint,
      proxyAddresses: 'Exchange assigns proxy addresses. Change them in Exchange, or change `mail`.',
      manager: 'Use `entrapipe users set-manager`.',
      assignedLicenses: 'Licences are assigned with `entrapipe licenses assign`.',
      memberOf: 'Use `entrapipe members add`.',
    },
  },
  group: {
    readOnly: words(`id deletedDateTime assignedLicenses createdDateTime expirationDateTime hasMembersWithLicenseErrors
      infoCatalogs isManagementRestricted licenseProcessingState mail onPremisesDomainName onPremisesLastSyncDateTime
      onPremisesNetBiosName onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier
      onPremisesSyncEnabled proxyAddresses renewedDateTime securityIdentifier serviceProvisioningErrors`),
    notNullable: words('displayName mailEnabled mailNickname securityEnabled groupTypes visibility'),
    longest: { displayName: 256, mailNickname: 64, description: 1024 },
    elsewhere: {
      members: 'Use `entrapipe members add`.',
      owners: 'Use `entrapipe owners add`.',
      assignedLicenses: 'Graph assigns licences with POST /groups/{id}/assignLicense.',
    },
  },
  device: {
    readOnly:
      words(`id deletedDateTime alternativeSecurityIds approximateLastSignInDateTime complianceExpirationDateTime
      deviceCategory deviceId deviceMetadata deviceOwnership deviceVersion enrollmentProfileName enrollmentType isCompliant
      isManaged isManagementRestricted isRooted managementType manufacturer mdmAppId model onPremisesLastSyncDateTime
      onPremisesSecurityIdentifier onPremisesSyncEnabled physicalIds profileType registrationDateTime systemLabels
      trustType`),
    notNullable: words('accountEnabled displayName operatingSystem operatingSystemVersion'),
    longest: {},
    elsewhere: {
      isCompliant: 'Intune, or another program that manages devices, decides this.',
      isManaged: 'Intune, or another program that manages devices, decides this.',
      deviceCategory: 'Change the category in Intune.',
      deviceOwnership: 'Change the ownership in Intune.',
      registeredOwners: 'Graph has a request of its own for the owners of a device.',
      memberOf: 'Use `entrapipe members add`.',
    },
  },
  application: {
    readOnly: words(`id deletedDateTime appId applicationTemplateId authenticationBehaviors certification createdByAppId
      createdDateTime disabledByMicrosoftStatus isDisabled keyCredentials logo managerApplications passwordCredentials
      publisherDomain verifiedPublisher`),
    notNullable: words('displayName signInAudience'),
    longest: { displayName: 256, description: 1024, notes: 1024 },
    elsewhere: {
      ...credentials,
      logo: 'Graph sets it with PUT /applications/{id}/logo.',
      owners: 'Owners are links, which have a request of their own.',
    },
  },
  servicePrincipal: {
    readOnly: words(`id deletedDateTime appDescription appDisplayName appId applicationTemplateId appOwnerOrganizationId
      createdByAppId disabledByMicrosoftStatus info isDisabled keyCredentials passwordCredentials
      resourceSpecificApplicationPermissions servicePrincipalType signInAudience verifiedPublisher`),
    notNullable: words('accountEnabled appRoleAssignmentRequired displayName'),
    longest: { displayName: 256, description: 1024, notes: 1024 },
    elsewhere: {
      ...credentials,
      customSecurityAttributes: 'This operation does not write custom security attributes.',
      owners: 'Owners are links, which have a request of their own.',
      memberOf: 'Use `entrapipe members add`.',
    },
  },
}
