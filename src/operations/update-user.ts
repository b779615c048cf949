import { updateOf } from './objects/update.ts'
import { fixOfDenied } from './users/denied.ts'
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
  beside: { property: 'userPrincipalName', changedBy: 'newUserPrincipalName' },
  removal(change) {
    if (change['accountEnabled'] === false) return 'disable'
    return 'userPrincipalName' in change ? 'rename' : undefined
  },
})
