import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, needed, trueOrFalse } from '../data/expect-options.ts'
import { collection } from './graph/collection.ts'
import { listingOptions } from './graph/listing-options.ts'

/** Query options of a listing, named as in Graph. */
export interface Listing {
  /**
   * Properties to return. A path (`employeeOrgData/division`) selects the property and returns the part as a column named
   * like the path. If the type of the listing is known, a relation can be named too (`manager`, `manager/displayName`);
   * it is expanded.
   */
  readonly select?: readonly string[]
  readonly filter?: string
  readonly search?: string
  readonly orderby?: string
  readonly expand?: string
  /** Rows per page, 1 to 999. @default 999 */
  readonly top?: number
  /** Sends an advanced query (`ConsistencyLevel: eventual`, `$count=true`), which some filters and orders require. @default false */
  readonly advanced?: boolean
}

/** Options of `graph`. */
export interface GraphOptions extends Listing {
  /** Path of the collection without version and query: `/users`, `/groups/{id}/members`. */
  readonly path: string
  /**
   * False if the collection is returned in one page and does not accept `$top`. @default true, except for directory roles,
   * their members and templates, subscribed SKUs and the organization
   */
  readonly paged?: boolean
  /** Whether to request `{path}/$count`; if Graph refuses it, the listing is `unverified`. @default true for a paged collection without `search` */
  readonly counted?: boolean
  /** Whether the collection supports `{path}/delta`. @default false */
  readonly delta?: boolean
}

/** A directory object: the selected properties, and always the id. */
export type Entity = Fields & { readonly id: string }

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
