import type { Fields } from '../../core/json.ts'

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
