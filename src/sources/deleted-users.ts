import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { directoryListing } from './graph/directory-listing.ts'

/** Users in the recycle bin, with `deletedDateTime`. See https://learn.microsoft.com/graph/api/directory-deleteditems-list */
export const deletedUsers = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('deleted-users', listing, { path: '/directory/deletedItems/microsoft.graph.user', type: 'user' })
