import { groupOwners } from './links/forms.ts'
import { removalOf } from './links/operations.ts'

/** Removes owners from groups, one in a request. @see https://learn.microsoft.com/graph/api/group-delete-owners */
export const removeOwner = removalOf(groupOwners)
