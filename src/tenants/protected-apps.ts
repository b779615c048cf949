import type { GraphRequest } from '../core/graph.ts'
import { graphAppId } from '../data/permission-ids.ts'
import { privilegedPermissions } from '../data/privileged-permissions.ts'
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
interface Page {
  readonly value: readonly App[]
  readonly '@odata.nextLink'?: string
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
  const [found] = await read<{ readonly appRoles?: readonly AppRole[] }>(options, [`${graph}?$select=appRoles`])
  const privileged = new Map(
    (found?.appRoles ?? []).flatMap(({ id, value }) =>
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
  const found: App[] = []
  for (const [at, page] of (await read<Page>(options, urls)).entries())
    // A page may be short, or empty, and not the last one.
    found.push(
      ...(page?.['@odata.nextLink'] === undefined ? (page?.value ?? []) : await allPages<App>(options, urls[at]!)),
    )
  return found
}

/** The bodies of replies, in order; undefined for what does not exist. */
const read = async <T>(
  { graph, signal }: RoleReading,
  urls: readonly string[],
): Promise<readonly (T | undefined)[]> => {
  const requests = urls.map((url): GraphRequest => ({ method: 'GET', url }))
  const replies = await graph.batch(requests, signal)
  return replies.map((reply, at) => {
    if (reply.status === 404) return undefined
    if (reply.status !== 200) throw refusal(requests[at]!, reply, graph.tenant)
    return reply.body as T
  })
}
