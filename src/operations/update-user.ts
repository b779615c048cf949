import type { Values } from '../core/operation.ts'
import { updateOf } from './objects/update.ts'
import { fixOfDenied } from './users/denied.ts'
import { domainsOfDirectory, unverifiedDomain } from './users/domains.ts'
import { masteredOfUser, userMastery } from './users/mastered.ts'

/**
 * Changes properties of users.
 *
 * @see https://learn.microsoft.com/graph/api/user-update
 */
export const updateUser = updateOf({
  of: 'user',
  title: 'Update users',
  mastery: userMastery,
  mastered: masteredOfUser,
  fixOfDenied,
  unique: 'userPrincipalName',
  async checked(changes, context) {
    const nameIn = (change: Values): string | undefined =>
      typeof change['userPrincipalName'] === 'string' ? change['userPrincipalName'] : undefined
    const domains = changes.some(change => nameIn(change) !== undefined) ? await domainsOfDirectory(context) : undefined
    return change => {
      const name = nameIn(change)
      return name === undefined || !domains ? undefined : unverifiedDomain(name, domains)
    }
  },
  beside: { property: 'userPrincipalName', changedBy: 'newUserPrincipalName' },
  removal(change) {
    if (change['accountEnabled'] === false) return 'disable'
    return 'userPrincipalName' in change ? 'rename' : undefined
  },
})
