import { deletionOf } from './objects/deletion.ts'
import { notableProperties, notableUser } from './users/notable.ts'

/**
 * Deletes users. They stay in the bin for 30 days.
 *
 * @see https://learn.microsoft.com/graph/api/user-delete
 */
export const deleteUser = deletionOf({
  of: 'user',
  title: 'Delete users',
  properties: ['displayName', 'userPrincipalName', 'accountEnabled', 'mail', 'userType', 'onPremisesSyncEnabled'],
  notable: { properties: notableProperties, of: notableUser },
})
