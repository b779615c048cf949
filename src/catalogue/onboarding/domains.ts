import type { PartDatabase } from '../../core/context.ts'
import { joined } from '../../core/joined.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { domainsOfDirectory } from '../../operations/users/addressees.ts'
import { remark, type Wanted } from './cohort.ts'

const unread =
  'The domains of the directory could not be read, so a domain that is not verified is found when the person is created. Organization.Read.All allows it.'

/** Domains that a message lists. */
const mostDomains = 5

const failed = (code: string, message: string, fix: string): Finding => ({ outcome: 'failed', code, message, fix })

/** Reads the domains of the directory. */
export const openDomains = async (
  cohort: PartDatabase,
  context: OperationContext,
): Promise<{
  /** Why a new account cannot have its name, because of the domain. */
  closed(account: Wanted['account']): Finding | undefined
}> => {
  const domains = await domainsOfDirectory(context)
  if (domains.size === 0) remark(cohort, [unread])
  const more = domains.size - mostDomains
  const listed = joined([...[...domains.keys()].slice(0, mostDomains), ...(more > 0 ? [`${more} more`] : [])])
  return {
    closed(account) {
      const name = account.userPrincipalName.toLowerCase()
      const domain = name.slice(name.lastIndexOf('@') + 1)
      const type = domains.get(domain)
      if (domains.size === 0) return undefined
      if (type === undefined)
        return failed(
          'DOMAIN_UNVERIFIED',
          `${domain} is not a verified domain of the directory, so nobody can have the name ${name}.`,
          `Correct the domain: the directory has ${listed}.`,
        )
      return type === 'Federated' && (account['onPremisesImmutableId'] ?? '') === ''
        ? failed(
            'DOMAIN_FEDERATED',
            `${domain} is federated, and the row has no onPremisesImmutableId, without which nobody is created there.`,
            'Enter it, or use a domain that is not federated.',
          )
        : undefined
    },
  }
}
