import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { directoryListing } from './graph/directory-listing.ts'

/** Service principals: enterprise applications and managed identities. See https://learn.microsoft.com/graph/api/serviceprincipal-list */
export const servicePrincipals = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('service-principals', listing, {
    path: '/servicePrincipals',
    type: 'servicePrincipal',
    delta: true,
  })
