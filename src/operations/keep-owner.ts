import { groupOwners } from './links/forms.ts'
import { keepingOf } from './links/operations.ts'

/** Names owners that stay, and changes nothing. Used by `owners sync --remove-only`. */
export const keepOwner = keepingOf(groupOwners)
