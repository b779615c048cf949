import { removalOf } from './links/operations.ts'

/** Removes owners from groups. @see https://learn.microsoft.com/graph/api/group-delete-owners */
export const removeOwner = removalOf('owners')
