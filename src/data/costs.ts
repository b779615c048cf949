/**
 * Costs and quotas of Microsoft Graph. Used by the sandbox and by the governor.
 *
 * @see https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
 */

/** A quota. `read` counts resource units, all others count requests. */
export type QuotaName =
  | 'read'
  | 'write'
  | 'device-write'
  | 'sign-in-activity'
  | 'report'
  | 'bulk-upload'
  | 'bulk-upload-day'
  | 'app-read'
  | 'app-write'
  | 'tenant-write'
  | 'app-requests'

/** The scope of a quota: one app in one tenant, one app in all tenants, all apps in one tenant. */
type QuotaScope = 'app-tenant' | 'app' | 'tenant'

/** A documented quota: units per time, and its scope. */
export interface Limit {
  readonly capacity: number
  readonly windowMs: number
  readonly scope: QuotaScope
}

/** Size class of a tenant: S below 50 users, M 50 to 500, L above. */
export type TenantSize = 'S' | 'M' | 'L'

/** The size class of a tenant with this many users. */
export const tenantSize = (users: number): TenantSize => (users < 50 ? 'S' : users <= 500 ? 'M' : 'L')

const readUnits: Readonly<Record<TenantSize, number>> = { S: 3_500, M: 5_000, L: 8_000 }

/** The published limits that matter for bulk operations. */
export const limits = (size: TenantSize): Readonly<Record<QuotaName, Limit>> => ({
  read: { capacity: readUnits[size], windowMs: 10_000, scope: 'app-tenant' },
  write: { capacity: 3_000, windowMs: 150_000, scope: 'app-tenant' },
  'device-write': { capacity: 3_000, windowMs: 150_000, scope: 'app-tenant' },
  'sign-in-activity': { capacity: 10, windowMs: 60_000, scope: 'app-tenant' },
  report: { capacity: 5, windowMs: 10_000, scope: 'app-tenant' },
  // The page of the call says 40 a second. The troubleshooting page, which is newer, says 40 in 5 seconds and 6,000 a day.
  'bulk-upload': { capacity: 40, windowMs: 5_000, scope: 'app-tenant' },
  'bulk-upload-day': { capacity: 6_000, windowMs: 86_400_000, scope: 'app-tenant' },
  'app-read': { capacity: 150_000, windowMs: 20_000, scope: 'app' },
  'app-write': { capacity: 35_000, windowMs: 300_000, scope: 'app' },
  'tenant-write': { capacity: 18_000, windowMs: 300_000, scope: 'tenant' },
  'app-requests': { capacity: 130_000, windowMs: 10_000, scope: 'app' },
})

interface CostedRequest {
  readonly method: string
  /** Path and query below the version root, with a leading slash. */
  readonly url: string
}

/** The cost of a request. A `$batch` itself is free; its entries are charged. */
export interface Cost {
  /** Resource units. */
  readonly units: number
  /** 1 if it counts as a write. */
  readonly writes: 0 | 1
  /** Other app-and-tenant quotas in which it counts as one request. */
  readonly also: readonly QuotaName[]
}

const cast = String.raw`(?:/microsoft\.graph\.\w+)?`
const ends = (path: string): RegExp => new RegExp(`${path}${cast}$`, 'i')

/** Base cost of reads, in resource units. The first match applies; any other GET costs 1. */
const gets: readonly (readonly [path: RegExp, units: number])[] = [
  [ends('^/users'), 2],
  [ends('^/groups[/(][^/]+/members'), 3],
  [ends('^/groups[/(][^/]+/transitiveMembers'), 5],
  [ends('/(?:memberOf|transitiveMemberOf|ownedObjects|licenseDetails)'), 2],
  [ends('^/applications'), 2],
  [ends('^/applications[/(][^/]+/extensionProperties'), 2],
  [ends('^/contracts'), 3],
  [ends('^/domains[/(][^/]+/domainNameReferences'), 4],
  [ends('^/oauth2PermissionGrants(?:[/(][^/]+)?'), 2],
  [ends('^/servicePrincipals[/(][^/]+/appRoleAssignments'), 2],
  [ends('^/subscribedSkus'), 3],
]

/** POST requests that only read and do not count as writes. The second cost applies with `$select`. */
const readingPosts: readonly (readonly [path: RegExp, units: number, selected: number])[] = [
  [ends('/getByIds'), 5, 2],
  [ends('/getObjectsById'), 5, 5],
  [ends('/isMemberOf'), 4, 4],
  [ends('/checkMember(?:Groups|Objects)'), 4, 4],
  [ends('/getMember(?:Groups|Objects)'), 2, 2],
]

/** Uploads are written by the provisioning service, which has limits of its own. @see https://learn.microsoft.com/entra/identity/app-provisioning/inbound-provisioning-api-issues */
const bulkUploads = /\/synchronization\/jobs\/[^/]+\/bulkUpload$/i

const option = (name: string): RegExp => new RegExp(`(?:^|&)(?:\\$|%24)${name}=([^&]*)`, 'i')
const select = option('select')
const expand = option('expand')
const top = option('top')
const filter = option('filter')

/** Whether a POST only reads: `getByIds`, `checkMemberGroups` and similar. `path` has no query. */
export const isReadingPost = (path: string): boolean => readingPosts.some(([pattern]) => pattern.test(path))

/**
 * The documented cost of a request: base cost, −1 for `$select`, +1 for `$expand`, −1 for a `$top` below 20; never below 1.
 *
 * @param b2c whether the tenant is an Azure AD B2C tenant, in which creating a user costs 4 more. @default false
 */
export const cost = ({ method, url }: CostedRequest, b2c = false): Cost => {
  const at = url.indexOf('?')
  const path = (at < 0 ? url : url.slice(0, at)).replace(/(?<=.)\/+$/, '')
  const query = at < 0 ? '' : url.slice(at + 1)
  if (method === 'GET' || method === 'HEAD')
    return { units: readCost(path, query), writes: 0, also: slowReads(path, query) }
  if (method === 'POST') {
    if (path.endsWith('/$batch')) return { units: 0, writes: 0, also: [] }
    if (bulkUploads.test(path)) return { units: 1, writes: 0, also: ['bulk-upload', 'bulk-upload-day'] }
    for (const [pattern, units, selected] of readingPosts)
      if (pattern.test(path)) return { units: select.test(query) ? selected : units, writes: 0, also: [] }
  }
  const units = b2c && method === 'POST' && /^\/users$/i.test(path) ? 5 : 1
  return { units, writes: 1, also: /^\/devices(?:[/(][^/]+)?$/i.test(path) ? ['device-write'] : [] }
}

const readCost = (path: string, query: string): number => {
  let units = gets.find(([pattern]) => pattern.test(path))?.[1] ?? 1
  if (query === '') return units
  if (select.test(query)) units--
  if (expand.test(query)) units++
  const rows = top.exec(query)?.[1]
  if (rows !== undefined && Number(rows) < 20) units--
  return Math.max(1, units)
}

/** Reads with their own quotas, which are far below the common one. */
const slowReads = (path: string, query: string): readonly QuotaName[] => {
  if (/^\/auditLogs\//i.test(path)) return ['report']
  if (
    /^\/users\b/i.test(path) &&
    /signInActivity/i.test((select.exec(query)?.[1] ?? '') + (filter.exec(query)?.[1] ?? ''))
  )
    return ['sign-in-activity']
  return []
}
