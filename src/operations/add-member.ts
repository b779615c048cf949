import { groupMembers } from './links/forms.ts'
import { additionOf } from './links/operations.ts'

/** Adds members to groups, up to 20 in a request. @see https://learn.microsoft.com/graph/api/group-post-members */
export const addMember = additionOf(groupMembers)
