import { optional, type Expected } from '../../data/expect-options.ts'
import type { Listing } from '../graph.ts'

/** The options that every listing has. */
export const listingOptions: { readonly [name in keyof Required<Listing>]: Expected } = {
  select: optional,
  filter: optional,
  search: optional,
  orderby: optional,
  expand: optional,
  top: optional,
  advanced: optional,
}
