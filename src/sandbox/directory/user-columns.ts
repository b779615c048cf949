import { any, constant, flag, none, only, plain, plainList, record, word, type Column } from './column.ts'
import { guids } from './guids.ts'
import { costCenters, departmentNames, divisions, jobTitles } from './hierarchy.ts'
import { isoTime } from './iso-time.ts'
import { base64Of16, lastFour, securityIdentifierOf } from './texts.ts'
import { presentSeconds } from './timeline.ts'
import type { User, UserOptions } from './user.ts'
import { familyNames, givenNames } from './vocabulary/name-lists.ts'
import { offices, type Office } from './vocabulary/offices.ts'
import { externalDomains } from './vocabulary/partners.ts'

type Columns = { readonly [property: string]: Column<User> }

/** The schema extension of the sandbox. */
export const schemaExtension = 'extk9eruy7c_costs'

/** The members of the schema extension, with their types. */
export const schemaExtensionMembers = { costCenter: 'String', budgetCode: 'String', approver: 'String' } as const

const day = 86_400
const isoDay = (seconds: number): string => isoTime(Math.floor(seconds / day) * day)
const isMember = (user: User): boolean => !user.guest
const member =
  (value: (user: User) => number): ((user: User) => number) =>
  user =>
    user.guest ? -1 : value(user)
const ofOffice = (name: keyof Office, index: (user: User) => number = member(user => user.office)): Column<User> =>
  word(
    offices.map(office => office[name]),
    index,
  )

const department = (user: User): number => user.world.hierarchy.departmentOf(user.seniority)
/** Accounts of the federated domain are always synced, accounts of the initial domain never. */
const isSynced = (user: User): boolean => {
  if (user.guest) return false
  const domain = user.world.people.domainOf(user)
  return (
    domain === user.world.tenant.federatedDomain ||
    (domain !== user.world.tenant.initialDomain && ((user.a >>> 8) & 0xff) < 178)
  )
}
const isEnabled = (user: User): boolean => ((user.a >>> 16) & 0xff) >= 14
const synced = (text: (user: User) => string): Column<User> => plain(user => (isSynced(user) ? text(user) : null))

const mailOf = (user: User): string | null => {
  const { people, tenant } = user.world
  if (user.guest)
    return `${givenNames[user.given]?.key}.${familyNames[user.culture]?.keys[user.family]}@${externalDomains[people.homeOf(user)]}`
  const domain = people.domainOf(user)
  return domain === tenant.initialDomain || (user.b & 0x1f) === 0 ? null : `${people.accountOf(user)}@${domain}`
}
/** The creation date, or an earlier one where it is unknown. */
const createdAt = (user: User): number =>
  user.world.creation.at(user.created) ?? Date.UTC(2014, 8, 1) / 1000 + (user.b % 900) * day
const changedAt = (user: User): number =>
  Math.max(createdAt(user), presentSeconds - (user.b % 380) * day - (user.c % day))
/** When the licences of a user were assigned. */
export const licensedAt = (user: User): number =>
  Math.min(presentSeconds - 60, createdAt(user) + 3600 + (user.c % 90_000))
/** Half of the enabled members signed in within 18 days. Disabled users have not signed in for 120 days. */
const signedInAt = (user: User): number => {
  const days = ((user.c >>> 8) & 0xff) ** 2 / (user.guest ? 180 : 900) + (isEnabled(user) ? 0 : 120)
  return Math.max(createdAt(user), presentSeconds - Math.floor(days * day) - (user.b % 50_000))
}
const hasSignedIn = (user: User): boolean => (user.c & 0xff) >= 12
/** Index of the bundle of a user's licences. */
export const bundle = ({ guest, licence, world: { licences } }: User): number =>
  guest ? licences.nothing : licences.bundleAt(licence)
const facts = (user: User) => {
  const found = user.world.licences.bundles[bundle(user)]
  if (!found) throw new RangeError('Expected a bundle for every licence rank')
  return found
}
const isLicensed = (user: User): boolean => user.world.licences.isLicensed(bundle(user))

const requestIds = guids(0x51a)
const attributes = 15
const attribute = (number: number): Column<User> =>
  plain(user => {
    if (number === 15) return user.world.dynamicCode(user.rank)
    if (user.guest || (user.c & 7) > 2) return null
    if (number === 1) return costCenters[department(user)] ?? null
    if (number === 2) return `BADGE-${100_000 + (user.a % 900_000)}`
    if (number === 3) return offices[user.office]?.name ?? null
    return (user.b >>> number) % 7 === 0 ? `A${number}-${lastFour(user.b)}` : null
  })
const ofOrganization: Columns = {
  costCenter: word(costCenters, department),
  division: word(divisions, department),
}

/** The columns for every property of Microsoft's `user`, and for the two extensions. */
export const userColumns = (
  options: UserOptions,
): { columns: Columns; empty: { readonly [property: string]: unknown } } => {
  const { tenant, directoryExtension } = options
  const never = constant('0001-01-01T00:00:00Z')
  const emptyList = constant([])
  const dnSuffix = `OU=Users,DC=corp,DC=${tenant.domain.split('.').join(',DC=')}`
  const columns: Columns = {
    id: plain(user => user.world.idOf(user.rank)),
    deletedDateTime: none,
    aboutMe: none,
    accountEnabled: flag(isEnabled),
    ageGroup: none,
    assignedLicenses: { value: user => facts(user).assignedLicenses, json: user => facts(user).assignedLicensesJson },
    assignedPlans: {
      value: user => facts(user).assignedPlans(isoTime(licensedAt(user))),
      json: user => facts(user).assignedPlansJson(isoTime(licensedAt(user))),
    },
    authorizationInfo: constant({ certificateUserIds: [] }),
    birthday: never,
    businessPhones: plainList(user =>
      user.guest || (user.a >>> 24) % 4 === 0 ? [] : [`${offices[user.office]?.phone} ${lastFour(user.a >>> 7)}`],
    ),
    city: ofOffice('city'),
    companyName: plain(user => (user.guest ? null : (offices[user.office]?.company ?? null))),
    consentProvidedForMinor: none,
    country: ofOffice('country'),
    createdDateTime: plain(user => user.world.creation.textAt(user.created)),
    creationType: word(['Invitation'], user => (user.guest ? 0 : -1)),
    customSecurityAttributes: none,
    department: word(departmentNames, member(department)),
    deviceEnrollmentLimit: constant(5),
    displayName: plain(user => user.world.people.displayOf(user)),
    employeeHireDate: plain(user =>
      user.guest || user.b % 12 === 0
        ? null
        : isoDay(createdAt(user) - (user.b % (createdAt(user) < 1_600_000_000 ? 3_000 : 20)) * day),
    ),
    employeeId: plain(user => (user.guest ? null : `E${String(1_000_000 + user.created).padStart(7, '0')}`)),
    employeeLeaveDateTime: plain(user =>
      user.guest || isEnabled(user) || user.c % 3 !== 0 ? null : isoDay(presentSeconds - (user.c % 200) * day),
    ),
    employeeOrgData: record(ofOrganization, isMember),
    employeeType: word(
      ['Employee', 'Contractor', 'Intern', 'Vendor'],
      member(user => Math.max(0, ((user.b >>> 20) & 0xf) - 12)),
    ),
    externalUserState: word(['Accepted', 'PendingAcceptance'], user =>
      user.guest ? ((user.b >>> 16) % 5 === 0 ? 1 : 0) : -1,
    ),
    externalUserStateChangeDateTime: plain(user => (user.guest ? isoTime(licensedAt(user)) : null)),
    faxNumber: none,
    givenName: word(
      givenNames.map(({ display }) => display),
      user => (user.guest && user.b % 3 === 0 ? -1 : user.given),
    ),
    hireDate: never,
    identities: any(user => [
      ...(user.guest
        ? [{ signInType: 'federated', issuer: (user.b & 1) === 0 ? 'ExternalAzureAD' : 'mail', issuerAssignedId: null }]
        : []),
      {
        signInType: 'userPrincipalName',
        issuer: tenant.initialDomain,
        issuerAssignedId: user.world.people.upnOf(user),
      },
    ]),
    identityParentId: none,
    imAddresses: plainList(user => {
      const mail = user.guest || !isLicensed(user) ? null : mailOf(user)
      return mail === null ? [] : [mail]
    }),
    interests: emptyList,
    isManagementRestricted: none,
    isResourceAccount: none,
    jobTitle: word(
      jobTitles,
      member(user => user.world.hierarchy.titleOf(user.seniority, user.c >>> 24)),
    ),
    lastPasswordChangeDateTime: plain(user => isoTime(changedAt(user))),
    legalAgeGroupClassification: none,
    licenseAssignmentStates: {
      value: user => facts(user).licenseAssignmentStates(isoTime(licensedAt(user))),
      json: user => facts(user).licenseAssignmentStatesJson(isoTime(licensedAt(user))),
    },
    mail: plain(mailOf),
    mailboxSettings: none,
    mailNickname: plain(user => user.world.people.accountOf(user)),
    mobilePhone: plain(user =>
      user.guest || (user.b >>> 24) % 9 < 4 ? null : `${offices[user.office]?.phone} ${lastFour(user.b >>> 3)}`,
    ),
    mySite: none,
    officeLocation: plain(user =>
      user.guest ? null : `${offices[user.office]?.name}/${1 + ((user.c >>> 10) % 9)}.${lastFour(user.c).slice(1)}`,
    ),
    onPremisesDistinguishedName: synced(
      user => `CN=${user.world.people.displayOf(user)},OU=${departmentNames[department(user)]},${dnSuffix}`,
    ),
    onPremisesDomainName: synced(() => `corp.${tenant.domain}`),
    onPremisesExtensionAttributes: record(
      Object.fromEntries(
        Array.from({ length: attributes }, (_, index) => [`extensionAttribute${index + 1}`, attribute(index + 1)]),
      ),
    ),
    onPremisesImmutableId: synced(user => base64Of16(user.a, user.b, user.c)),
    onPremisesLastSyncDateTime: synced(user =>
      isoTime(presentSeconds - (isEnabled(user) ? user.b % 1_800 : user.b % 9_000_000)),
    ),
    onPremisesProvisioningErrors: emptyList,
    onPremisesSamAccountName: synced(
      user =>
        givenNames[user.given]?.key.charAt(0) +
        (familyNames[user.culture]?.keys[user.family] ?? '').replace(/['-]/g, '').slice(0, 8) +
        user.listed.toString(36),
    ),
    onPremisesSecurityIdentifier: synced(user => `${tenant.sid}-${1104 + user.listed}`),
    onPremisesSyncEnabled: flag(user => (isSynced(user) ? true : null)),
    onPremisesUserPrincipalName: synced(user => user.world.people.upnOf(user)),
    otherMails: plainList(user => (user.guest ? [String(mailOf(user))] : [])),
    passwordPolicies: word(['DisablePasswordExpiration', 'None'], user =>
      isSynced(user) ? 0 : user.guest || user.b % 5 < 3 ? -1 : 1,
    ),
    passwordProfile: none,
    pastProjects: emptyList,
    postalCode: ofOffice('postalCode'),
    preferredDataLocation: none,
    preferredLanguage: ofOffice('language', user => (user.guest || user.a >>> 27 < 6 ? -1 : user.office)),
    preferredName: none,
    print: none,
    provisionedPlans: { value: user => facts(user).provisionedPlans, json: user => facts(user).provisionedPlansJson },
    proxyAddresses: plainList(user => {
      const mail = mailOf(user)
      if (mail === null) return []
      return user.guest
        ? [`SMTP:${mail}`]
        : [`SMTP:${mail}`, `smtp:${user.world.people.accountOf(user)}@${tenant.initialDomain}`]
    }),
    responsibilities: emptyList,
    schools: emptyList,
    securityIdentifier: plain(user => securityIdentifierOf(user.world.idOf(user.rank))),
    serviceProvisioningErrors: emptyList,
    showInAddressList: flag(user => (user.guest || (user.c >>> 20) % 40 === 0 ? false : null)),
    signInActivity: record(
      {
        lastSignInDateTime: plain(user => isoTime(signedInAt(user))),
        lastSignInRequestId: plain(user => requestIds.of(user.listed)),
        lastNonInteractiveSignInDateTime: plain(user =>
          isoTime(Math.min(presentSeconds - 60, signedInAt(user) + (user.a % 40_000))),
        ),
        lastNonInteractiveSignInRequestId: plain(user => requestIds.of(user.listed ^ 0x40000000)),
        lastSuccessfulSignInDateTime: plain(user => isoTime(signedInAt(user))),
        lastSuccessfulSignInRequestId: plain(user => requestIds.of(user.listed)),
      },
      hasSignedIn,
    ),
    signInSessionsValidFromDateTime: plain(user => isoTime(changedAt(user))),
    skills: emptyList,
    state: ofOffice('state'),
    streetAddress: ofOffice('street'),
    surname: {
      value: user => familyNames[user.culture]?.displays[user.family],
      json: user => `"${familyNames[user.culture]?.displays[user.family]}"`,
    },
    usageLocation: ofOffice('usageLocation', user =>
      user.guest || !isLicensed(user) || user.world.licences.lacksLocation(user.licence) ? -1 : user.office,
    ),
    userPrincipalName: plain(user => user.world.people.upnOf(user)),
    userType: word(['Member', 'Guest'], user => (user.guest ? 1 : 0)),
    [directoryExtension]: only(
      user => !user.guest && user.a % 2 === 0,
      plain(user => `${costCenters[department(user)]}-${offices[user.office]?.usageLocation}`),
    ),
    [schemaExtension]: only(
      user => !user.guest && user.b % 8 === 0,
      record({
        costCenter: word(costCenters, department),
        budgetCode: plain(user => `B-${lastFour(user.b >>> 9)}`),
        approver: plain(user => (user.seniority === 0 ? null : `E${1_000_000 + (user.created >>> 3)}`)),
      }),
    ),
  }
  return { columns, empty: emptyUser }
}

const lists =
  'assignedLicenses assignedPlans businessPhones identities imAddresses interests licenseAssignmentStates onPremisesProvisioningErrors otherMails pastProjects provisionedPlans proxyAddresses responsibilities schools serviceProvisioningErrors skills'

const emptyUser: { readonly [property: string]: unknown } = {
  ...Object.fromEntries(lists.split(' ').map(name => [name, []])),
  accountEnabled: true,
  authorizationInfo: { certificateUserIds: [] },
  birthday: '0001-01-01T00:00:00Z',
  deviceEnrollmentLimit: 5,
  hireDate: '0001-01-01T00:00:00Z',
  onPremisesExtensionAttributes: Object.fromEntries(
    Array.from({ length: attributes }, (_, index) => [`extensionAttribute${index + 1}`, null]),
  ),
  userType: 'Member',
}
