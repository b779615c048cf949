import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { shardKeys } from './graph/sharding/shard-key.ts'
import { directoryListing } from './graph/directory-listing.ts'

/** Users, including guests. Without `select` Graph returns eleven properties. See https://learn.microsoft.com/graph/api/user-list */
export const users = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('users', listing, { path: '/users', type: 'user', delta: true, shards: { by: shardKeys.user } })
