import type { Source } from '../../core/parts.ts'
import { expectOptions, optional } from '../../data/expect-options.ts'
import { largestPage, pageSizes } from '../../data/listing.ts'
import { checkQuery } from '../../odata/check-query.ts'
import { refuse } from '../../odata/describe-finding.ts'
import { parseFilter } from '../../odata/parse-filter.ts'
import { parseOrderBy } from '../../odata/parse-orderby.ts'
import { parseSearch } from '../../odata/parse-search.ts'
import { propertiesOf } from '../../odata/ast.ts'
import { graph, type Entity, type GraphOptions, type Listing } from '../graph.ts'
import { listingOptions } from './listing-options.ts'

/**
 * The expressions of a listing, understood.
 *
 * @throws EntrapipeError `FILTER_INVALID`, `OPTION_INVALID`
 */
export const parsed = ({ filter, orderby, search }: Listing) => ({
  filter: filter === undefined ? undefined : parseFilter(filter),
  orderby: orderby === undefined ? undefined : parseOrderBy(orderby),
  search: search === undefined ? undefined : parseSearch(search),
})

/**
 * A listing whose type is known: it is checked before anything is sent, and asks the index by itself where its filter
 * or order needs that. The id is always selected: a row's key is its id.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID`, `OPTION_INVALID` at once
 */
export const typed = (options: GraphOptions & { readonly type: string }): GraphOptions => {
  const { type, ...listing } = options
  const { filter, orderby, search } = parsed(options)
  const check = checkQuery(
    {
      ...(options.select ? { select: options.select } : {}),
      ...(filter ? { filter } : {}),
      ...(orderby ? { orderby } : {}),
      ...(search ? { search } : {}),
    },
    type,
  )
  refuse(check, type)
  const used = [...(options.select ?? []), ...(filter ? propertiesOf(filter) : [])]
  const sizes = pageSizes(type, used)
  // Above the largest page, or of a listing without pages, it is refused as it stands.
  const top = sizes && (options.top ?? 0) <= largestPage ? Math.min(options.top ?? sizes.max, sizes.max) : options.top
  const select = options.select?.length && !options.select.includes('id') ? ['id', ...options.select] : options.select
  return {
    ...listing,
    ...(select ? { select } : {}),
    ...(top === undefined ? {} : { top }),
    advanced: options.advanced === true || check.needsAdvanced,
  }
}

/** A source of a whole collection of one type. */
export const directoryListing = <T extends Entity>(
  kind: string,
  options: GraphOptions & { readonly type: string },
): Source<T> => {
  expectOptions(kind, options, { ...listingOptions, ...set })
  return { ...graph<T>(typed(options)), kind }
}

/** What is set by the sources that are made of it. */
const set = { path: optional, type: optional, paged: optional, counted: optional, delta: optional }
