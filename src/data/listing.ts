import { propertiesOfType } from './properties.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/).filter(Boolean))
const none: ReadonlySet<string> = new Set()

/** Microsoft, "List users": what comes without `$select`. */
const userDefaults = words(`businessPhones displayName givenName id jobTitle mail mobilePhone officeLocation
  preferredLanguage surname userPrincipalName`)

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

/** Listed only to callers with a permission of their own, or by another service than the directory. */
const apart: Readonly<Record<string, ReadonlySet<string>>> = {
  user: words('customSecurityAttributes deviceEnrollmentLimit print signInActivity'),
  servicePrincipal: words('customSecurityAttributes'),
}

/** Properties that no listing gives: Graph answers 501 `NotImplemented` to a `$select` that names one. */
export const neverListed = (type: string): ReadonlySet<string> => refused[type] ?? none

/** Properties that only a GET of one object by its id gives, by `$select`. */
export const onlySingle = (type: string): ReadonlySet<string> => single[type] ?? none

/** What a listing gives without `$select`, in the schema's order (users: in Microsoft's). */
export const defaultProperties = (type: string): readonly string[] =>
  type === 'user' ? [...userDefaults] : listed(type).filter(name => !selectOnly[type]?.has(name))

/** Beyond Graph's own for users: what people ask a directory for first. */
const userUsual = words(`accountEnabled city companyName country createdDateTime department employeeId
  onPremisesSyncEnabled state usageLocation userType`)

/**
 * What an export writes when nobody says which columns: for users, of whom Graph by itself gives little, Graph's and a few
 * more; undefined where Graph's own are enough.
 */
export const usualProperties = (type: string): readonly string[] | undefined =>
  type === 'user' ? [...userDefaults, ...userUsual] : undefined

/**
 * Columns of the members of a group when nobody says which: members are users, groups, devices, service principals and
 * contacts, so these are their type, what all of them have, and what Graph gives of users by itself.
 */
export const memberColumns: readonly string[] = [
  ...new Set(['@odata.type', 'id', 'displayName', 'userPrincipalName', 'mail', ...userDefaults]),
]

/** What a listing gives only with `$select`. */
export const onlySelected = (type: string): readonly string[] => {
  const defaults = new Set(defaultProperties(type))
  return listed(type).filter(name => !defaults.has(name))
}

/**
 * Everything that a listing gives with the read permission of the type alone: what `all` means. Without `signInActivity`
 * and `customSecurityAttributes`, which need permissions of their own.
 */
export const listableProperties = (type: string): readonly string[] =>
  listed(type).filter(name => !apart[type]?.has(name))

const listed = (type: string): readonly string[] =>
  [...propertiesOfType(type).keys()].filter(name => !neverListed(type).has(name) && !onlySingle(type).has(name))

/** Listings that come whole, whatever `$top` says. */
const unpaged = words('directoryRole directoryRoleTemplate subscribedSku organization')
const unpagedPath =
  /^\/(?:directoryRoles(?:[/(][^/]+\/members)?|directoryRoleTemplates|subscribedSkus|organization)(?:\/microsoft\.graph\.\w+)?$/i

/**
 * Whether the collection at this path comes whole and takes no `$top`: directory roles and their members, licences, and
 * the organization itself.
 *
 * @see https://learn.microsoft.com/graph/paging
 * @see https://learn.microsoft.com/graph/api/subscribedsku-list
 */
export const comesWhole = (path: string): boolean => unpagedPath.test(path)

/** The largest page that Graph gives of any directory listing, in rows. */
export const largestPage = 999

/**
 * The page sizes of a listing; undefined where it is not paged.
 *
 * @param used properties that are selected, filtered or sorted by: `signInActivity` makes pages of users smaller
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
