import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { shardKeys } from './graph/sharding/shard-key.ts'
import { directoryListing } from './graph/directory-listing.ts'

/** Devices, joined and registered. See https://learn.microsoft.com/graph/api/device-list */
export const devices = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('devices', listing, {
    path: '/devices',
    type: 'device',
    delta: true,
    shards: { by: shardKeys.device },
  })
