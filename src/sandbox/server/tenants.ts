import { decodeJwt } from 'jose'
import type { TenantNames } from '../directory/user.ts'
import type { Front } from './front.ts'
import type { ServedTenant } from './tenant.ts'

/** What a client needs to use a tenant besides the addresses. */
export interface ReachedTenant {
  readonly tenantId: string
  readonly domain: string
  readonly clientId: string
  readonly secretFile: string
}

/** One of several tenants. It is made when it is asked for first. */
export interface LazyTenant {
  readonly names: TenantNames
  readonly reached: ReachedTenant
  /** Always the same one. */
  readonly open: () => Promise<ServedTenant>
}

const controlPath = /^\/_sandbox\/tenants\/([^/?]+)/
const signInPath = /^\/([^/?]+)\/(?:(?:oauth2|v2\.0|discovery)\/|adminconsent(?:\?|$))/

/** The tenant of an access token, which Graph goes by. What cannot be read is refused by the first tenant. */
const tenantOfToken = (authorization: string | undefined): string | undefined => {
  const [, token = ''] = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '') ?? []
  try {
    return String(decodeJwt(token)['tid'])
  } catch {
    return undefined
  }
}

/**
 * A front for several tenants: sign-in goes by the tenant in its path, Graph by that of the token, and control by
 * `/_sandbox/tenants/ID/…`. All else is the first tenant's.
 *
 * @param first of the tenants, which is always there
 */
export const tenantsFront = (first: ServedTenant, others: readonly LazyTenant[]): Front => {
  const byName = new Map<string, () => Promise<ServedTenant>>()
  for (const { names, open } of others)
    for (const name of [names.tenantId, names.domain, names.initialDomain, names.federatedDomain])
      byName.set(name.toLowerCase(), open)
  const named = async (name: string | undefined): Promise<ServedTenant> =>
    (await byName.get(decodeURIComponent(name ?? '').toLowerCase())?.()) ?? first
  return async incoming => {
    const [path, tenant] = controlPath.exec(incoming.url) ?? []
    if (path !== undefined && tenant !== undefined) {
      const { front, tenantId } = await named(tenant)
      // The first tenant has this path, too. Another name is nobody's.
      const isKnown = byName.has(tenant.toLowerCase()) || tenantId === tenant.toLowerCase()
      return front(isKnown ? { ...incoming, url: `/_sandbox${incoming.url.slice(path.length)}` } : incoming)
    }
    const [, signedIn] = signInPath.exec(incoming.url) ?? []
    const { front } = await named(signedIn ?? tenantOfToken(incoming.headers['authorization']))
    return front(incoming)
  }
}
