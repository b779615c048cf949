import type { GraphReply, GraphRequest } from '../core/graph.ts'
import { graphAppId } from '../data/permission-ids.ts'
import { privilegedPermissions } from '../data/privileged-permissions.ts'
import { readListings } from '../graph/read-listings.ts'
import { refusal } from '../graph/refusal.ts'
import { allPages } from './members-of.ts'
import type { Reason } from './protected-objects.ts'
import type { RoleReading } from './role-holders.ts'

/** Options of `protectedApps`. */
interface ProtectedApps extends RoleReading {
  /** What is protected, by id in lower case. */
  readonly reasons: ReadonlyMap<string, Reason>
  /** Whether apps with privileged permissions may be touched. @default false */
  readonly includePrivileged?: boolean | undefined
}

interface AppRole {
  readonly id: string
  readonly value: string | null
}
interface Granted {
  readonly principalId: string
  readonly appRoleId: string
}
interface App {
  readonly id: string
  readonly appId: string
}

/** Values of one `in`. @see https://learn.microsoft.com/graph/filter-query-parameter */
const valuesAtOnce = 15

/**
 * What else is protected where applications and service principals are changed: those with a privileged permission on Microsoft Graph,
 * these permissions themselves, and the registration of each app whose service principal is protected. Takes two requests, one
 * listing, and two requests for 15 protected objects, which a batch joins.
 *
 * @returns by id in lower case, with what was given
 * @throws EntrapipeError `NOT_PERMITTED`
 */
export const protectedApps = async (options: ProtectedApps): Promise<ReadonlyMap<string, Reason>> => {
  const reasons = new Map(options.reasons)
  const add = (id: string, reason: Reason): void => {
    if (!reasons.has(id.toLowerCase())) reasons.set(id.toLowerCase(), reason)
  }
  if (!options.includePrivileged)
    for (const [id, why] of await withPermissions(options)) add(id, { why, isLifted: true })
  const principals = await appsWhere(options, '/servicePrincipals', 'id', [...reasons.keys()])
  const reasonOf = new Map(principals.map(({ id, appId }) => [appId, reasons.get(id.toLowerCase())!]))
  for (const { id, appId } of await appsWhere(options, '/applications', 'appId', [...reasonOf.keys()])) {
    const { why, isLifted } = reasonOf.get(appId)!
    add(id, { why: why.replace(/^it /, 'its service principal '), isLifted })
  }
  return reasons
}

/** Privileged permissions and the service principals that have one, with a sentence without its subject. */
const withPermissions = async (options: RoleReading): Promise<readonly (readonly [id: string, why: string])[]> => {
  const graph = `/servicePrincipals(appId='${graphAppId}')`
  const privileged = new Map(
    (await appRolesOf(options, graph)).flatMap(({ id, value }) =>
      value !== null && privilegedPermissions.has(value) ? [[id.toLowerCase(), value] as const] : [],
    ),
  )
  const granted = await allPages<Granted>(options, `${graph}/appRoleAssignedTo?$top=999`)
  return [
    ...[...privileged].map(([id, name]) => [id, `${name} is a privileged permission`] as const),
    ...granted.flatMap(({ principalId, appRoleId }) => {
      const name = privileged.get(appRoleId.toLowerCase())
      return name === undefined ? [] : [[principalId, `it has the permission ${name}`] as const]
    }),
  ]
}

/** The app roles of a service principal; none if it does not exist. */
const appRolesOf = async ({ graph, signal }: RoleReading, path: string): Promise<readonly AppRole[]> => {
  const request: GraphRequest = { method: 'GET', url: `${path}?$select=appRoles` }
  const [reply] = (await graph.batch([request], signal)) as [GraphReply<{ readonly appRoles?: readonly AppRole[] }>]
  if (reply.status === 404) return []
  if (reply.status !== 200) throw refusal(request, reply, graph.tenant)
  return reply.body.appRoles ?? []
}

/** The objects of a list that have one of these values. */
const appsWhere = async (
  options: RoleReading,
  path: string,
  property: 'id' | 'appId',
  values: readonly string[],
): Promise<readonly App[]> => {
  const urls: string[] = []
  for (let at = 0; at < values.length; at += valuesAtOnce) {
    const some = values.slice(at, at + valuesAtOnce).map(value => `'${value}'`)
    urls.push(`${path}?$select=id,appId&$filter=${encodeURIComponent(`${property} in (${some.join(',')})`)}`)
  }
  return (await readListings<App>(options, urls)).flatMap(apps => apps ?? [])
}
