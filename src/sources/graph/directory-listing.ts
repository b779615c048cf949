import type { Source } from '../../core/parts.ts'
import { pageSizes } from '../../data/listing.ts'
import { checkQuery } from '../../odata/check-query.ts'
import { refuse } from '../../odata/describe-finding.ts'
import { parseFilter } from '../../odata/parse-filter.ts'
import { parseOrderBy } from '../../odata/parse-orderby.ts'
import { parseSearch } from '../../odata/parse-search.ts'
import { propertiesOf } from '../../odata/ast.ts'
import { graph, type Entity, type GraphOptions } from '../graph.ts'

/**
 * A listing whose type is known: it is checked before anything is sent, and asks the index by itself where its filter
 * or order needs that. The id is always selected: a row's key is its id.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID`, `OPTION_INVALID` at once
 */
export const typed = (options: GraphOptions & { readonly type: string }): GraphOptions => {
  const { type, ...listing } = options
  const filter = options.filter === undefined ? undefined : parseFilter(options.filter)
  const orderby = options.orderby === undefined ? undefined : parseOrderBy(options.orderby)
  const search = options.search === undefined ? undefined : parseSearch(options.search)
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
  const top = sizes && Math.min(options.top ?? sizes.max, sizes.max)
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
): Source<T> => ({ ...graph<T>(typed(options)), kind })
