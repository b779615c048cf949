import { joined } from '../../core/joined.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'

interface Organizations {
  readonly value: readonly { readonly verifiedDomains: readonly { readonly name: string; readonly type?: string }[] }[]
}

/** The verified domains of a directory, in lower case, with their types: `Managed`, `Federated`. Empty if they could not be read. */
type Domains = ReadonlyMap<string, string>

/**
 * Reads the verified domains of the directory. Empty if the sign-in may not read them.
 *
 * @see https://learn.microsoft.com/graph/api/resources/verifieddomain
 */
export const domainsOfDirectory = ({ graph, signal, once }: OperationContext): Promise<Domains> =>
  once('verified domains', async () => {
    const [reply] = await graph.batch([{ method: 'GET', url: '/organization?$select=verifiedDomains' }], signal)
    const found = reply!.status === 200 ? (reply!.body as Organizations).value : []
    return new Map(
      found.flatMap(({ verifiedDomains }) =>
        verifiedDomains.map(({ name, type = '' }) => [name.toLowerCase(), type] as const),
      ),
    )
  })

/** Domains that a message lists. */
const mostDomains = 5

const typeOf = (name: string, domains: Domains): string | undefined => domains.get(domainIn(name))

const domainIn = (name: string): string => name.slice(name.lastIndexOf('@') + 1).toLowerCase()

/** Why nobody can have a user principal name, because of its domain; undefined too while the domains are not known. */
export const unverifiedDomain = (userPrincipalName: string, domains: Domains): Finding | undefined => {
  if (domains.size === 0 || typeOf(userPrincipalName, domains) !== undefined) return undefined
  const more = domains.size - mostDomains
  const listed = joined([...[...domains.keys()].slice(0, mostDomains), ...(more > 0 ? [`${more} more`] : [])])
  return {
    outcome: 'failed',
    code: 'DOMAIN_UNVERIFIED',
    message: `${domainIn(userPrincipalName)} is not a verified domain of the directory, so nobody can have the name ${userPrincipalName.toLowerCase()}.`,
    fix: `Correct the domain: the directory has ${listed}.`,
  }
}

/** Why nobody can be created with a user principal name, because of its domain. @param immutableId its onPremisesImmutableId; empty if it has none */
export const closedDomain = (userPrincipalName: string, immutableId: string, domains: Domains): Finding | undefined =>
  unverifiedDomain(userPrincipalName, domains) ??
  (typeOf(userPrincipalName, domains) === 'Federated' && immutableId === ''
    ? {
        outcome: 'failed',
        code: 'DOMAIN_FEDERATED',
        message: `${domainIn(userPrincipalName)} is federated, and the row has no onPremisesImmutableId, without which nobody is created there.`,
        fix: 'Enter it, or use a domain that is not federated.',
      }
    : undefined)
