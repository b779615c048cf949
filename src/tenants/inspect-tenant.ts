import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { tenantSize, type TenantSize } from '../data/costs.ts'
import type { OperationPermissions } from '../data/permissions.ts'
import type { GraphClient } from '../graph/create-graph.ts'
import type { TokenClaims } from '../graph/read-token.ts'
import { quotasOf, type Quotas } from '../graph/quotas.ts'
import type { Quotas as QuotaSettings } from './config.ts'
import { organizationOf, type Organization } from './organization.ts'
import type { DelegatedAccess } from './partner-access.ts'
import { compareRights, type Granted, type RightsReport } from './rights.ts'

/** The result of checking a tenant and its sign-in. */
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
  /** Absent without permission to read it. */
  readonly organization?: Organization
  /** Number of users; absent without permission to count them. */
  readonly users?: number
  /** As configured, else by the number of users, else L. */
  readonly size: TenantSize
  readonly share: number
  readonly quotas: Quotas
  /** Descriptions of what could not be read because of missing permissions. */
  readonly unread: readonly string[]
  readonly operations: readonly string[]
  readonly rights: RightsReport
  /** Of a partner: when the access ends. Absent if it could not be read, or if the tenant is no customer. */
  readonly delegatedAccess?: DelegatedAccess
}

const nothingAsked: RightsReport = { missing: [], optional: [], excess: [], wide: [] }

/** The permissions of a token, application or delegated. */
const grantedBy = ({ kind, roles, scopes }: TokenClaims): Granted => ({
  kind,
  permissions: kind === 'application' ? roles : scopes,
})

/**
 * Signs in and reads a directory's organization and number of users, and nothing else. Missing permissions are reported in
 * `unread`, not thrown.
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
