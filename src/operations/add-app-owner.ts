import { applicationOwners } from './links/forms.ts'
import { additionOf } from './links/operations.ts'

/** Adds owners to applications. @see https://learn.microsoft.com/graph/api/application-post-owners */
export const addAppOwner = additionOf(applicationOwners)
