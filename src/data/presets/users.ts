import { absent, first, same, type Column, type Preset } from './preset.ts'
import { dateIn, lastSuccessOf, staleColumn } from './stale.ts'

/** Columns 1 to 19 of the portal's user download, in its order. Source: entra-docs, users-bulk-download. */
const portalBegin: readonly Column[] = same('userPrincipalName', 'displayName', 'surname', 'mail', 'givenName')
const portalMiddle: readonly Column[] = same(
  'userType',
  'jobTitle',
  'department',
  'accountEnabled',
  'usageLocation',
  'streetAddress',
  'state',
  'country',
)
const telephoneNumber: Column = { header: 'telephoneNumber', from: 'businessPhones', of: first }
const alternateEmailAddress: Column = { header: 'alternateEmailAddress', from: 'otherMails', of: first }
const portalEnd: readonly Column[] = same('ageGroup', 'consentProvidedForMinor', 'legalAgeGroupClassification')

/** The last sign-in of a kind, which also counts if it failed. */
const attempt = (header: string): Column => ({
  header,
  from: 'signInActivity',
  of: activity => dateIn(activity, header),
  type: 'timestamp',
})

/** Layouts of users. */
export const userPresets: readonly Preset[] = [
  {
    name: 'portal-users',
    of: 'users',
    summary: 'The 25 columns of the Entra portal’s user download',
    columns: [
      ...portalBegin,
      { header: 'objectId', from: 'id' },
      ...portalMiddle,
      { header: 'physicalDeliveryOfficeName', from: 'officeLocation' },
      ...same('city', 'postalCode'),
      telephoneNumber,
      { header: 'mobile', from: 'mobilePhone' },
      absent('authenticationAlternativePhoneNumber'),
      absent('authenticationEmail'),
      alternateEmailAddress,
      ...portalEnd,
    ],
  },
  {
    name: 'portal-users-29',
    of: 'users',
    summary: 'The 29 columns that the portal’s user download has had since 2021',
    columns: [
      ...portalBegin,
      ...same('id'),
      ...portalMiddle,
      ...same('officeLocation', 'city', 'postalCode'),
      telephoneNumber,
      ...same('mobilePhone'),
      alternateEmailAddress,
      ...portalEnd,
      ...same('companyName', 'creationType'),
      { header: 'directorySynced', from: 'onPremisesSyncEnabled' },
      { header: 'invitationState', from: 'externalUserState' },
      {
        header: 'identityIssuer',
        from: 'identities',
        of: identities => (first(identities) as { readonly issuer?: string } | null)?.issuer ?? null,
      },
      ...same('createdDateTime'),
    ],
  },
  {
    name: 'script-users',
    of: 'users',
    summary: 'The columns of Microsoft’s documented export script for users',
    advanced: true,
    columns: [
      { header: 'Id', from: 'id' },
      { header: 'DisplayName', from: 'displayName' },
      { header: 'UserPrincipalName', from: 'userPrincipalName' },
      { header: 'UserType', from: 'userType' },
      { header: 'OnPremisesSyncEnabled', from: 'onPremisesSyncEnabled' },
      { header: 'CompanyName', from: 'companyName' },
      { header: 'CreationType', from: 'creationType' },
    ],
  },
  {
    name: 'stale-users',
    of: 'users',
    summary:
      'Members and guests without a successful sign-in for 90 days, or for those of --days, who are older than that',
    isStale: true,
    columns: [
      ...same('id', 'userPrincipalName', 'displayName', 'mail', 'userType', 'accountEnabled', 'createdDateTime'),
      ...same('externalUserState'),
      { header: 'lastSuccessfulSignInDateTime', from: 'signInActivity', of: lastSuccessOf, type: 'timestamp' },
      attempt('lastSignInDateTime'),
      attempt('lastNonInteractiveSignInDateTime'),
      { header: staleColumn, value: user => user[staleColumn], type: 'text' },
    ],
  },
  {
    name: 'deleted-users',
    of: 'deleted-users',
    summary: 'Users in the recycle bin, with the properties required to restore them',
    uncertain: 'The order of the portal’s columns is not published and may differ.',
    columns: same('id', 'userPrincipalName', 'displayName', 'mail', 'userType', 'deletedDateTime'),
  },
]
