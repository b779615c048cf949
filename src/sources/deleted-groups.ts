import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { directoryListing } from './graph/directory-listing.ts'

/**
 * Groups in the recycle bin, with `deletedDateTime`: Microsoft 365 groups, and security groups where the tenant keeps them. See
 * https://learn.microsoft.com/graph/api/directory-deleteditems-list
 */
export const deletedGroups = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('deleted-groups', listing, { path: '/directory/deletedItems/microsoft.graph.group', type: 'group' })
