import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { directoryListing } from './graph/directory-listing.ts'

/** App registrations in the recycle bin, with `deletedDateTime`. See https://learn.microsoft.com/graph/api/directory-deleteditems-list */
export const deletedApplications = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('deleted-applications', listing, {
    path: '/directory/deletedItems/microsoft.graph.application',
    type: 'application',
  })
