import { groupOwners } from './links/forms.ts'
import { additionOf } from './links/operations.ts'

/** Adds owners to groups, up to 20 in a request. @see https://learn.microsoft.com/graph/api/group-post-owners */
export const addOwner = additionOf(groupOwners)
