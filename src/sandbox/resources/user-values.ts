import type { Fields } from '../../core/json.ts'
import { countryCodes } from '../../data/country-codes.ts'
import { propertiesOfType } from '../../data/properties.ts'
import { writeFaults } from './write-faults.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Properties that the service computes, or that other calls write. @see https://learn.microsoft.com/graph/api/resources/user#properties */
const readOnly = words(`id deletedDateTime assignedLicenses assignedPlans authorizationInfo createdDateTime creationType
  deviceEnrollmentLimit externalUserState externalUserStateChangeDateTime identityParentId imAddresses
  isManagementRestricted isResourceAccount lastPasswordChangeDateTime legalAgeGroupClassification licenseAssignmentStates
  mailboxSettings onPremisesDistinguishedName onPremisesDomainName onPremisesLastSyncDateTime onPremisesProvisioningErrors
  onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName print
  provisionedPlans proxyAddresses securityIdentifier serviceProvisioningErrors signInActivity
  signInSessionsValidFromDateTime`)

/** Properties that SharePoint keeps. @see https://learn.microsoft.com/graph/api/user-update */
const ofSharePoint = words(
  'aboutMe birthday hireDate interests mySite pastProjects preferredName responsibilities schools skills',
)

/** Whether SharePoint keeps a property. */
export const isOfSharePoint = (property: string): boolean => ofSharePoint.has(property)

/** Properties that cannot be cleared. @see https://learn.microsoft.com/graph/api/user-update */
const notNullable = words(
  'accountEnabled displayName mail mailNickname passwordProfile usageLocation userPrincipalName userType',
)

/** The most characters of a text. @see https://learn.microsoft.com/graph/api/resources/user#properties */
const longest: Readonly<Record<string, number>> = {
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
}

/** The most characters of an extension attribute, and of a directory extension. */
const longestAttribute = 1024
const longestExtension = 256

const anyOf: Readonly<Record<string, ReadonlySet<string>>> = {
  ageGroup: words('minor notadult adult'),
  consentProvidedForMinor: words('granted denied notrequired'),
  userType: words('member guest'),
}

/** Letters without accents. */
const address = /^[^\s@"(),:;<>[\\\]\u0080-\uffff]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i

/** A mail alias: ASCII without `@ ( ) \ [ ] " ; : < > ,` and spaces. Captured: a dot at the end is refused. */
const alias = /^(?!\.)(?:(?![@()\\[\]";:<>,])[\x21-\x7e])+(?<!\.)$/

/** @see https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy#userprincipalname-policies-that-apply-to-all-user-accounts */
const userName = /^[a-z0-9'._!#^~-]{1,64}(?<!\.)$/i

const tests: Readonly<Record<string, (value: unknown) => boolean>> = {
  businessPhones: value => (value as readonly unknown[]).length <= 1,
  employeeOrgData: value => ['costCenter', 'division'].every(member => member in (value as Fields)),
  // Local and social accounts belong to customer directories, which the sandbox is not.
  identities: value =>
    (value as readonly Fields[]).filter(({ signInType }) => signInType === 'userPrincipalName').length === 1 &&
    (value as readonly Fields[]).every(({ signInType }) =>
      ['userPrincipalName', 'federated'].includes(String(signInType)),
    ),
  mail: value => address.test(String(value)),
  mailNickname: value => alias.test(String(value)),
  onPremisesExtensionAttributes: value =>
    Object.values(value as Fields).every(one => String(one ?? '').length <= longestAttribute),
  onPremisesImmutableId: value => !/[$_]/.test(String(value)),
  otherMails: value =>
    (value as readonly string[]).length <= 250 && (value as readonly string[]).every(one => address.test(one)),
  passwordPolicies: value =>
    String(value)
      .split(',')
      .every(one => ['none', 'disablestrongpassword', 'disablepasswordexpiration'].includes(one.trim().toLowerCase())),
  preferredLanguage: value => /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(String(value)),
  usageLocation: value => countryCodes.has(String(value).toUpperCase()),
  userPrincipalName(value) {
    const [name = '', domain, ...others] = String(value).split('@')
    return userName.test(name) && domain !== undefined && others.length === 0 && domain.length <= 48
  },
}

/**
 * Checks the values of a request that creates or updates a user, one by one.
 *
 * @throws GraphFault 400
 */
export const checkUserValues = (given: Fields): void => {
  for (const [name, value] of Object.entries(given)) {
    if (readOnly.has(name)) throw writeFaults.readOnly(name)
    if (value === null) {
      if (notNullable.has(name)) throw writeFaults.valueInvalid(name, 'user')
      continue
    }
    if (!fits(name, value)) throw writeFaults.valueInvalid(name, 'user')
  }
}

/** An empty text is refused; null clears a property. Unconfirmed for each property. */
const fits = (name: string, value: unknown): boolean => {
  const most = longest[name] ?? (propertiesOfType('user').has(name) ? undefined : longestExtension)
  if (typeof value === 'string' && (value === '' || (most !== undefined && value.length > most))) return false
  if (anyOf[name] && !anyOf[name].has(String(value).toLowerCase())) return false
  return tests[name]?.(value) ?? true
}

/** Characters that a password may have besides letters and digits. @see https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy#microsoft-entra-password-policies */
const symbol = /[ @#$%^&*\-_!+=[\]{}|\\:',.?/`~"();<>]/

/** Whether a password complies with the policy of cloud accounts, or with the weaker one of `DisableStrongPassword`. */
export const isStrongEnough = (password: string, policies: string): boolean => {
  const [least, kinds] = /DisableStrongPassword/i.test(policies) ? [4, 1] : [8, 3]
  const allowed = [...password].every(one => /[a-z0-9]/i.test(one) || symbol.test(one))
  const found = [/[a-z]/, /[A-Z]/, /[0-9]/, symbol].filter(kind => kind.test(password)).length
  return allowed && password.length >= least && password.length <= 256 && found >= kinds
}
