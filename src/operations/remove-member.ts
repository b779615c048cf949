import { removalOf } from './links/operations.ts'

/** Removes members from groups. @see https://learn.microsoft.com/graph/api/group-delete-members */
export const removeMember = removalOf('members')
