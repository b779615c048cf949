import { unitMembers } from './links/forms.ts'
import { removalOf } from './links/operations.ts'

/** Removes members from administrative units. @see https://learn.microsoft.com/graph/api/administrativeunit-delete-members */
export const removeUnitMember = removalOf(unitMembers)
