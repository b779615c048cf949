import { groupMembers } from './links/forms.ts'
import { keepingOf } from './links/operations.ts'

/** Names members that stay, and changes nothing. Used by `members sync --remove-only`. */
export const keepMember = keepingOf(groupMembers)
