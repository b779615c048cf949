import { servicePrincipalOwners } from './links/forms.ts'
import { additionOf } from './links/operations.ts'

/** Adds owners to service principals. @see https://learn.microsoft.com/graph/api/serviceprincipal-post-owners */
export const addServicePrincipalOwner = additionOf(servicePrincipalOwners)
