import { servicePrincipalOwners } from './links/forms.ts'
import { removalOf } from './links/operations.ts'

/** Removes owners from service principals. @see https://learn.microsoft.com/graph/api/serviceprincipal-delete-owners */
export const removeServicePrincipalOwner = removalOf(servicePrincipalOwners)
