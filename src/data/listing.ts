import { propertiesOfType } from './properties.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/).filter(Boolean))
const none: ReadonlySet<string> = new Set()

/** Microsoft, "List users": the properties without `$select`. */
const userDefaults = words(`businessPhones displayName givenName id jobTitle mail mobilePhone officeLocation
  preferredLanguage surname userPrincipalName`)

/**
 * The properties that User.ReadBasic.All shows of users. Others are null.
 *
 * @see https://learn.microsoft.com/graph/permissions-reference#userreadbasicall
 */
export const basicUserProperties: ReadonlySet<string> =
  words(`id displayName givenName mail photo securityIdentifier surname
  userPrincipalName`)

const refused: Readonly<Record<string, ReadonlySet<string>>> = {
  user: words(`aboutMe birthday hireDate interests mailboxSettings mySite pastProjects preferredName responsibilities
    schools skills`),
}

const single: Readonly<Record<string, ReadonlySet<string>>> = {
  group: words(`allowExternalSenders autoSubscribeNewMembers hideFromAddressLists hideFromOutlookClients isArchived
    isSubscribedByMail unseenConversationsCount unseenCount unseenMessagesCount`),
  application: words('logo'),
}

const selectOnly: Readonly<Record<string, ReadonlySet<string>>> = {
  group: words(`accessType assignedLabels assignedLicenses hasMembersWithLicenseErrors infoCatalogs isFavorite
    isManagementRestricted licenseProcessingState onPremisesExtensionAttributes organizationId welcomeMessageEnabled`),
  device: words('isManagementRestricted onPremisesSecurityIdentifier'),
  servicePrincipal: words('customSecurityAttributes'),
}

/** Listed only with an additional permission, or by another service than the directory. */
const apart: Readonly<Record<string, ReadonlySet<string>>> = {
  user: words('customSecurityAttributes deviceEnrollmentLimit print signInActivity'),
  servicePrincipal: words('customSecurityAttributes'),
}

/** Properties that no listing returns. Graph answers a `$select` of one with 501 `NotImplemented`. */
export const neverListed = (type: string): ReadonlySet<string> => refused[type] ?? none

/** Properties that only a GET by id returns, with `$select`. */
export const onlySingle = (type: string): ReadonlySet<string> => single[type] ?? none

/** The properties of a listing without `$select`, in the schema's order (for users, in Microsoft's). */
export const defaultProperties = (type: string): readonly string[] =>
  type === 'user' ? [...userDefaults] : listed(type).filter(name => !selectOnly[type]?.has(name))

/** Common properties of users that Graph does not return by default. */
const userUsual = words(`accountEnabled city companyName country createdDateTime department employeeId
  onPremisesSyncEnabled state usageLocation userType`)

/**
 * The default columns of an export, if they differ from Graph's: for users, Graph's few defaults and some common
 * properties.
 */
export const usualProperties = (type: string): readonly string[] | undefined =>
  type === 'user' ? [...userDefaults, ...userUsual] : undefined

/**
 * The default columns for members of a group. Members are users, groups, devices, service principals and contacts, so these
 * are the type, the properties common to all, and Graph's defaults for users.
 */
export const memberColumns: readonly string[] = [
  ...new Set(['@odata.type', 'id', 'displayName', 'userPrincipalName', 'mail', ...userDefaults]),
]

/** Properties that a listing returns only with `$select`. */
export const onlySelected = (type: string): readonly string[] => {
  const defaults = new Set(defaultProperties(type))
  return listed(type).filter(name => !defaults.has(name))
}

/**
 * All properties that a listing returns with only the read permission of the type; the preset `all`. Excludes
 * `signInActivity` and `customSecurityAttributes`, which require additional permissions.
 */
export const listableProperties = (type: string): readonly string[] =>
  listed(type).filter(name => !apart[type]?.has(name))

const listed = (type: string): readonly string[] =>
  [...propertiesOfType(type).keys()].filter(name => !neverListed(type).has(name) && !onlySingle(type).has(name))

/** Listings without paging, and one of which no page size is documented. */
const unpaged = words('directoryRole directoryRoleTemplate subscribedSku organization unifiedRoleAssignment')
const unpagedPath =
  /^\/(?:directoryRoles(?:[/(][^/]+\/members)?|directoryRoleTemplates|subscribedSkus|organization)(?:\/microsoft\.graph\.\w+)?$/i

/**
 * Whether the collection at this path is returned in one page and does not accept `$top`: directory roles and their
 * members, licences, and the organization.
 *
 * @see https://learn.microsoft.com/graph/paging
 * @see https://learn.microsoft.com/graph/api/subscribedsku-list
 */
export const comesWhole = (path: string): boolean => unpagedPath.test(path)

/** The maximum page size of directory listings, in rows. */
export const largestPage = 999

/**
 * The page sizes of a listing; undefined if it is not paged.
 *
 * @param used properties that are selected, filtered or sorted by; `signInActivity` makes pages of users smaller
 * @see https://learn.microsoft.com/graph/api/user-list
 */
export const pageSizes = (
  type: string,
  used: Iterable<string> = [],
): { readonly default: number; readonly max: number } | undefined => {
  if (unpaged.has(type)) return undefined
  const signIns = type === 'user' && [...used].some(name => name.split('/')[0] === 'signInActivity')
  return { default: 100, max: signIns ? 500 : largestPage }
}
