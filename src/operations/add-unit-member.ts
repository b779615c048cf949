import { unitMembers } from './links/forms.ts'
import { additionOf } from './links/operations.ts'

/** Adds members to administrative units. @see https://learn.microsoft.com/graph/api/administrativeunit-post-members */
export const addUnitMember = additionOf(unitMembers)
