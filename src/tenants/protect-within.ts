import { EntrapipeError, isCode } from '../core/errors.ts'
import type { Graph } from '../core/graph.ts'
import type { Config } from './config.ts'
import { organizationOf } from './organization.ts'
import type { Protect } from './protected-objects.ts'
import { isGuid } from '../core/guid.ts'

/** What an entry of the configuration protects, with the id or a domain of its directory. */
export interface ProtectElsewhere {
  readonly tenantId: string
  readonly protect: Protect
}

/** Settings that say what is protected in a directory. */
interface ProtectSettings {
  readonly protect?: Protect
  readonly protectElsewhere?: readonly ProtectElsewhere[]
}

const all = (protects: readonly (Protect | undefined)[]): Protect | undefined => {
  const given = protects.filter(one => one !== undefined)
  if (given.length < 2) return given[0]
  const both = (kind: keyof Protect): readonly string[] => [...new Set(given.flatMap(one => one[kind] ?? []))]
  return { users: both('users'), groups: both('groups'), roles: both('roles') }
}

/**
 * What the configuration protects in a directory, whatever name or sign-in it is chosen by: the defaults, and every entry with the same
 * id. Entries that name it in another way are only known once signed in.
 */
export const protectWithin = ({ defaults, tenants }: Config, tenantId: string): ProtectSettings => {
  const id = tenantId.toLowerCase()
  const entries = Object.values(tenants)
  const protect = all([
    defaults?.protect,
    ...entries.filter(one => one.tenantId.toLowerCase() === id).map(one => one.protect),
  ])
  const protectElsewhere = entries.flatMap((one): readonly ProtectElsewhere[] => {
    const other = one.tenantId.toLowerCase()
    const isAnother = other !== id && !(isGuid(other) && isGuid(id))
    return isAnother && one.protect ? [{ tenantId: other, protect: one.protect }] : []
  })
  return { ...(protect && { protect }), ...(protectElsewhere.length > 0 && { protectElsewhere }) }
}

/**
 * What is protected in the directory of a client.
 *
 * @throws EntrapipeError `NOT_PERMITTED` if its domains must be compared and cannot be read
 */
export const protectOf = async (
  graph: Pick<Graph, 'tenant' | 'request'>,
  { protect, protectElsewhere = [] }: ProtectSettings,
  signal: AbortSignal,
): Promise<Protect | undefined> => {
  const byDomain = protectElsewhere.filter(({ tenantId }) => !isGuid(tenantId))
  const domains = byDomain.length > 0 ? await domainsOf(graph, byDomain[0]!.tenantId, signal) : []
  const isSame = ({ tenantId }: ProtectElsewhere): boolean => tenantId === graph.tenant.id || domains.includes(tenantId)
  return all([protect, ...protectElsewhere.filter(isSame).map(one => one.protect)])
}

const domainsOf = async (
  graph: Pick<Graph, 'tenant' | 'request'>,
  domain: string,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  try {
    const organization = await organizationOf(graph, signal)
    return (organization?.verifiedDomains ?? []).map(name => name.toLowerCase())
  } catch (cause) {
    if (!isCode(cause, 'NOT_PERMITTED')) throw cause
    throw new EntrapipeError(
      'NOT_PERMITTED',
      `The configuration protects objects of ${domain}, and it cannot be read whether that is the directory ${graph.tenant.name}. Nothing was sent.`,
      {
        cause,
        facts: cause.facts,
        fix: `Write the directory's id as tenantId in the configuration, or give the app Organization.Read.All.`,
      },
    )
  }
}
