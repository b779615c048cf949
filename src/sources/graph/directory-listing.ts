import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Source } from '../../core/parts.ts'
import { expectOptions } from '../../data/expect-options.ts'
import { filterRules } from '../../data/filter-rules.ts'
import { largestPage, pageSizes } from '../../data/listing.ts'
import { nearest } from '../../core/nearest.ts'
import { relationsOfType } from '../../data/properties.ts'
import { checkQuery } from '../../odata/check-query.ts'
import { countingAny } from '../../odata/counting-any.ts'
import { daysWithTime } from '../../odata/days-with-time.ts'
import { describeFinding, refuse } from '../../odata/describe-finding.ts'
import { parseExpand } from '../../odata/parse-expand.ts'
import { parseFilter } from '../../odata/parse-filter.ts'
import { parseOrderBy } from '../../odata/parse-orderby.ts'
import { parseSearch } from '../../odata/parse-search.ts'
import { printFilter } from '../../odata/print-filter.ts'
import { propertiesOf } from '../../odata/ast.ts'
import type { Entity, GraphOptions, Listing } from './listing.ts'
import { collection, type CollectionOptions } from './collection.ts'
import { listedColumns } from './listed-columns.ts'
import { listingOptions } from './listing-options.ts'
import { trackedOf } from './tracking.ts'
import { relatedColumns } from './related-columns.ts'
import type { ShardRules } from './sharding/sharding.ts'

/**
 * Parses the expressions of a listing.
 *
 * @throws EntrapipeError `FILTER_INVALID`, `OPTION_INVALID`
 */
export const parsed = ({ filter, orderby, search }: Listing) => ({
  filter: filter === undefined ? undefined : parseFilter(filter),
  orderby: orderby === undefined ? undefined : parseOrderBy(orderby),
  search: search === undefined ? undefined : parseSearch(search),
})

/**
 * Checks a listing of one type before anything is sent. Turns it into an advanced query if its filter or order requires
 * one, adds a time to dates in the filter that need one, and counts where `any()` has no condition.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID`, `OPTION_INVALID` at once
 */
export const typed = (asked: GraphOptions & { readonly type: string }): CollectionOptions => {
  const { options, related } = withRelations(asked)
  const { type, ...listing } = options
  const { filter: written, orderby, search } = parsed(options)
  const filter = written && countingAny(daysWithTime(written, type), type)
  const deleted = options.path.startsWith('/directory/deletedItems/')
  const check = checkQuery(
    {
      ...(options.select ? { select: options.select } : {}),
      ...(filter ? { filter } : {}),
      ...(orderby ? { orderby } : {}),
      ...(search ? { search } : {}),
    },
    type,
    filterRules(type, { deleted }),
  )
  // First, since an expanded relation may be a column, too.
  if (options.expand !== undefined) refuseRelation(options.expand, type)
  refuse(check, type)
  const disputed = check.findings.filter(({ kind }) => kind === 'disputed').map(found => describeFinding(found, type))
  const used = [...(options.select ?? []), ...(filter ? propertiesOf(filter) : [])]
  const sizes = pageSizes(type, used)
  // Left as given if it is above the largest page or the listing has no pages: `collection` throws.
  const top = sizes && (options.top ?? 0) <= largestPage ? Math.min(options.top ?? sizes.max, sizes.max) : options.top
  return {
    ...listing,
    ...(filter && filter !== written ? { filter: printFilter(filter) } : {}),
    ...given({ top }),
    ...(disputed.length === 0 ? {} : { disputed }),
    ...(related.length === 0 ? {} : { related }),
    ofUsers: type === 'user',
    ...given({ tracked: trackedOf(type, filter) }),
    advanced: options.advanced === true || check.needsAdvanced,
  }
}

/** Moves relations from `$select` to `$expand`. If nothing else is selected, `$select` is the id. */
const withRelations = <O extends GraphOptions & { readonly type: string }>(options: O) => {
  if (!options.select?.length) return { options, related: [] }
  const { select, expand, related } = relatedColumns(options.select, options.type, options.expand)
  const columns = select.length === 0 ? ['id'] : select
  return { options: { ...options, select: columns, ...given({ expand }) }, related }
}

/** @throws EntrapipeError `PROPERTY_UNKNOWN` if the type has no such relation, `OPTION_INVALID` for several relations */
const refuseRelation = (expand: string, type: string): void => {
  const { relation } = parseExpand(expand)
  const relations = relationsOfType(type)
  if (relations.size === 0 || relations.has(relation)) return
  const near = nearest(relation, relations.keys())
  throw new EntrapipeError(
    'PROPERTY_UNKNOWN',
    `'${relation}' is not a relation of ${type}.${near === undefined ? '' : ` Did you mean '${near}'?`}`,
    { facts: { type, property: relation } },
  )
}

/** A source for a collection of one type. */
export const directoryListing = <T extends Entity>(
  kind: string,
  listing: Listing,
  { shards, ...fixed }: Omit<GraphOptions, keyof Listing> & { readonly type: string; readonly shards?: ShardRules },
): Source<T> => {
  expectOptions(kind, listing, listingOptions)
  const { path, type } = fixed
  // The default properties of deleted objects are not documented.
  const own = path.startsWith('/directory/deletedItems/') ? undefined : type
  return {
    ...collection<T>(kind, { ...typed({ ...listing, ...fixed }), ...given({ shards }) }),
    columns: () => listedColumns(listing, own),
  }
}
