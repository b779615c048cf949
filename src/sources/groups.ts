import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { shardKeys } from './graph/sharding/shard-key.ts'
import { directoryListing } from './graph/directory-listing.ts'

/** Groups of every kind. See https://learn.microsoft.com/graph/api/group-list */
export const groups = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('groups', listing, { path: '/groups', type: 'group', delta: true, shards: { by: shardKeys.group } })
