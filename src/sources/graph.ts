import type { Source } from '../core/parts.ts'
import { expectOptions, needed, trueOrFalse } from '../data/expect-options.ts'
import { collection } from './graph/collection.ts'
import type { Entity, GraphOptions } from './graph/listing.ts'
import { listingOptions } from './graph/listing-options.ts'

export type { Entity, GraphOptions, Listing } from './graph/listing.ts'

/**
 * Lists the objects of a Graph collection, in Graph's order; `key` is the id. Holds two pages as bytes: one being
 * streamed, one read ahead. Position: the last link that can be trusted. The run drops objects that Graph returns more
 * than once, by id. Costs one or two resource units per page (see data/costs.ts).
 *
 * @throws EntrapipeError `OPTION_INVALID` at once, `GRAPH_LINK_REPEATED` if paging loops
 * @see https://learn.microsoft.com/graph/paging
 */
export const graph = <T extends Entity = Entity>(options: GraphOptions): Source<T> => {
  expectOptions('graph', options, {
    ...listingOptions,
    path: needed('the path of a collection, such as /users'),
    paged: trueOrFalse,
    counted: trueOrFalse,
    delta: trueOrFalse,
  })
  return collection('graph', options)
}
