import type { PartDatabase } from '../../core/context.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { closedDomain, domainsOfDirectory } from '../../operations/users/domains.ts'
import { remark, type Wanted } from './cohort.ts'

const unread =
  'The domains of the directory could not be read, so a domain that is not verified is found when the person is created. Organization.Read.All allows it.'

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
  return {
    closed: account => closedDomain(account.userPrincipalName, String(account['onPremisesImmutableId'] ?? ''), domains),
  }
}
