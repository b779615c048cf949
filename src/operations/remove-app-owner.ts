import { applicationOwners } from './links/forms.ts'
import { removalOf } from './links/operations.ts'

/** Removes owners from applications. @see https://learn.microsoft.com/graph/api/application-delete-owners */
export const removeAppOwner = removalOf(applicationOwners)
