import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, needed, trueOrFalse } from '../data/expect-options.ts'
import { collection } from './graph/collection.ts'
import { listingOptions } from './graph/listing-options.ts'

/** Query options of a listing, as Graph names them. */
export interface Listing {
  /**
   * Properties. A path (`employeeOrgData/division`) asks for the property it leads into, and gives that part of it as a
   * column of the path's name. Of a listing whose type is known, a relation can be named too (`manager`,
   * `manager/displayName`): it is expanded.
   */
  readonly select?: readonly string[]
  readonly filter?: string
  readonly search?: string
  readonly orderby?: string
  readonly expand?: string
  /** Rows a page, 1 to 999. @default 999 */
  readonly top?: number
  /** Asks the index (`ConsistencyLevel: eventual`, `$count=true`), as some filters and orders need. @default false */
  readonly advanced?: boolean
}

/** Options of `graph`: any collection, by its path. */
export interface GraphOptions extends Listing {
  /** Below the version root, without a query: `/users`, `/groups/{id}/members`. */
  readonly path: string
  /**
   * False where the collection comes whole and refuses `$top`. @default true, but for directory roles, their members and
   * templates, subscribed SKUs and the organization
   */
  readonly paged?: boolean
  /** Whether to ask `{path}/$count`; where it is refused the listing is `unverified`. @default true for a paged collection without `search` */
  readonly counted?: boolean
  /** Whether `{path}/delta` tells what changed. @default false */
  readonly delta?: boolean
}

/** An object of the directory: the properties selected, and always its id. */
export type Entity = Fields & { readonly id: string }

/**
 * Objects of a Graph collection, in Graph's order; `key` is the id. Holds two pages as bytes: one flows piece by piece, one is read ahead.
 * Position: the link after a page, where that can be trusted. Objects that the service gives a second time are dropped
 * by id, whatever page they come in. Costs one or two resource units a page (see data/costs.ts).
 *
 * @throws EntrapipeError `OPTION_INVALID` at once, `GRAPH_LINK_REPEATED` when paging runs in a circle
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
