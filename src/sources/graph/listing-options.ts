import { optional, someText, someTexts, trueOrFalse, type Expected } from '../../data/expect-options.ts'
import type { Listing } from './listing.ts'

/** Options common to all listings. */
export const listingOptions: { readonly [name in keyof Required<Listing>]: Expected } = {
  select: someTexts,
  filter: someText,
  search: someText,
  orderby: someText,
  expand: someText,
  top: optional,
  advanced: trueOrFalse,
}
