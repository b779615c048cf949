import type { Source } from '../core/parts.ts'
import type { Entity, Listing } from './graph/listing.ts'
import { directoryListing } from './graph/directory-listing.ts'

/** Subscribed SKUs with units bought and consumed, in one response. See https://learn.microsoft.com/graph/api/subscribedsku-list */
export const skus = <T extends Entity = Entity>(listing: Listing = {}): Source<T> =>
  directoryListing('skus', listing, { path: '/subscribedSkus', type: 'subscribedSku', paged: false })
