import { groupMembers } from './links/forms.ts'
import { removalOf } from './links/operations.ts'

/** Removes members from groups, one in a request. @see https://learn.microsoft.com/graph/api/group-delete-members */
export const removeMember = removalOf(groupMembers)
