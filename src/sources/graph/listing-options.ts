import { optional, text, texts, trueOrFalse, type Expected } from '../../data/expect-options.ts'
import type { Listing } from '../graph.ts'

/** The options that every listing has. */
export const listingOptions: { readonly [name in keyof Required<Listing>]: Expected } = {
  select: texts,
  filter: text,
  search: text,
  orderby: text,
  expand: text,
  top: optional,
  advanced: trueOrFalse,
}
