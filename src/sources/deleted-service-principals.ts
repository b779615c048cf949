import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { directoryListing } from './graph/directory-listing.ts'

/** Service principals in the recycle bin, with `deletedDateTime`. See https://learn.microsoft.com/graph/api/directory-deleteditems-list */
export const deletedServicePrincipals = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('deleted-service-principals', listing, {
    path: '/directory/deletedItems/microsoft.graph.servicePrincipal',
    type: 'servicePrincipal',
  })
