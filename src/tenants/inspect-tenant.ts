import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { tenantSize, type TenantSize } from '../data/costs.ts'
import type { OperationPermissions } from '../data/permissions.ts'
import type { GraphClient } from '../graph/create-graph.ts'
import type { TokenClaims } from '../graph/read-token.ts'
import { quotasOf, type Quotas } from '../graph/quotas.ts'
import type { Quotas as QuotaSettings } from './config.ts'
import { compareRights, type Granted, type RightsReport } from './rights.ts'

/** Who a directory belongs to, as it says itself. */
interface Organization {
  readonly displayName: string
  readonly defaultDomain?: string
  readonly verifiedDomains: readonly string[]
}

/** What a check found out about a tenant and the sign-in to it. */
export interface TenantReport {
  readonly tenant: { readonly name: string; readonly id: string }
  /** `rights`: app roles (`roles`) or delegated scopes (`scp`). `directoryRoles`: template ids (`wids`), of a person. */
  readonly token: {
    readonly kind: TokenClaims['kind']
    readonly appId: string
    readonly rights: readonly string[]
    readonly directoryRoles: readonly string[]
    /** ISO 8601, UTC. */
    readonly expiresAt: string
  }
  /** Absent when the token may not read it. */
  readonly organization?: Organization
  /** Users as Graph counts them; absent when the token may not. */
  readonly users?: number
  /** As configured, else as counted, else L. */
  readonly size: TenantSize
  readonly share: number
  readonly quotas: Quotas
  /** What could not be read for want of a permission, in words. */
  readonly unread: readonly string[]
  readonly operations: readonly string[]
  readonly rights: RightsReport
}

const nothingAsked: RightsReport = { missing: [], optional: [], excess: [], wide: [] }

/** What a token grants, whichever of the two it is. */
const grantedBy = ({ kind, roles, scopes }: TokenClaims): Granted => ({
  kind,
  permissions: kind === 'application' ? roles : scopes,
})

/**
 * Signs in and asks a directory who it is and how large; reads nothing else. What the token may not read is named, not
 * thrown.
 *
 * @throws EntrapipeError `SIGN_IN_FAILED`, `GRAPH_UNAVAILABLE`, `GRAPH_THROTTLED`
 */
export const inspectTenant = async (
  graph: GraphClient,
  operations: readonly OperationPermissions[],
  settings: QuotaSettings = {},
  signal?: AbortSignal,
): Promise<TenantReport> => {
  const { claims, expiresAtMs } = await graph.signedIn(signal)
  const granted = grantedBy(claims)
  const unread: string[] = []
  const readable = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof EntrapipeError) || error.code !== 'NOT_PERMITTED') throw error
      unread.push(what)
      return undefined
    }
  }
  const organization = await readable("the tenant's name and domains (Organization.Read.All)", () =>
    organizationOf(graph, signal),
  )
  const users = await readable('the number of users (User.Read.All)', () => graph.count('/users', undefined, signal))
  const size = settings.size ?? (users === undefined ? 'L' : tenantSize(users))
  const share = settings.share ?? 1
  return {
    tenant: { name: graph.tenant.name, id: graph.tenant.id },
    token: {
      kind: claims.kind,
      appId: claims.appId,
      rights: granted.permissions,
      directoryRoles: claims.directoryRoles,
      expiresAt: new Date(expiresAtMs).toISOString(),
    },
    ...given({ organization, users }),
    size,
    share,
    quotas: quotasOf({ size, share }),
    unread,
    operations: operations.map(({ operation }) => operation),
    rights: operations.length > 0 ? compareRights(granted, operations) : nothingAsked,
  }
}

const organizationOf = async (graph: GraphClient, signal?: AbortSignal): Promise<Organization | undefined> => {
  const { body } = await graph.request<{
    value: { displayName: string; verifiedDomains: { name: string; isDefault: boolean }[] }[]
  }>({ method: 'GET', url: '/organization?$select=id,displayName,verifiedDomains' }, signal)
  const found = body.value[0]
  if (!found) return undefined
  const defaultDomain = found.verifiedDomains.find(({ isDefault }) => isDefault)?.name
  return {
    displayName: found.displayName,
    ...given({ defaultDomain }),
    verifiedDomains: found.verifiedDomains.map(({ name }) => name),
  }
}
