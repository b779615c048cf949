import { given } from '../../core/given.ts'
import { splitFilter, type Indexable } from '../../odata/split-filter.ts'
import { compileOrderBy, type Order } from '../../odata/parse-orderby.ts'
import { dateSpans } from '../directory/date-spans.ts'
import type { Collection, Entity, Query, View } from '../directory/types.ts'
import type { FilterPlan } from './filter.ts'

/** How a listing is read: objects that the filter names by key, or a query of the collection's indexes. */
export type Reading = { readonly found: readonly Entity[] } | { readonly query: Query }

/** Keys that find an object without a scan. */
const keys: ReadonlySet<string> = new Set([
  'id',
  'userPrincipalName',
  'deviceId',
  'appId',
  'uniqueName',
  'roleTemplateId',
])

/**
 * Turns filter, search and order into what the directory can answer fast: keys, or spans of the keys of a property. The rest is tested on
 * each object.
 */
export const readingOf = (
  collection: Collection,
  view: View,
  plan: { readonly filter?: FilterPlan; readonly search?: Search; readonly order?: Order },
): Reading => {
  const { filter, search, order } = plan
  const index = filter && splitFilter(filter.filter, one => usable(collection, one))
  if (index?.index?.kind === 'equal') {
    const test = both(filter?.test, search?.test)
    return {
      found: sorted(
        unique(look(collection, index.index, view)).filter(entity => test?.(entity) ?? true),
        order,
      ),
    }
  }
  const narrowed = index?.index && narrow(index.index)
  // What the spans decide needs no test.
  const left = narrowed?.exact ? index?.residual : filter?.filter
  const where = both(left && filter?.testOf(left), search?.test)
  const text = [left && filter?.text, search?.text].filter(one => one !== undefined).join('\n')
  return {
    query: {
      order: order?.property ?? 'default',
      ...(order?.direction === 'desc' ? { descending: true } : {}),
      ...(narrowed ? { within: narrowed.within } : {}),
      ...(where ? { where, whereText: text } : {}),
      view,
    },
  }
}

/** A `$search` as a test, and as text, the cache key for counts. */
interface Search {
  readonly text: string
  readonly test: (entity: Entity) => boolean
}

const isKey = (collection: Collection, property: string): boolean =>
  keys.has(property) && collection.properties.includes(property)

const usable = (collection: Collection, index: Indexable): boolean =>
  index.kind === 'equal'
    ? isKey(collection, index.property) && index.values.every(({ type }) => type !== 'null')
    : collection.fast(index.property)

const look = (collection: Collection, index: Extract<Indexable, { kind: 'equal' }>, view: View): readonly Entity[] =>
  index.values.flatMap(value => {
    const text = String(value.value)
    const found = index.property === 'id' ? collection.get(text, view) : collection.find(index.property, text, view)
    return found ?? []
  })

const unique = (entities: readonly Entity[]): readonly Entity[] => [
  ...new Map(entities.map(entity => [entity.id, entity])).values(),
]

const sorted = (entities: readonly Entity[], order: Order | undefined): readonly Entity[] =>
  order ? entities.toSorted(compileOrderBy<Entity>([order])) : entities

const both = <T>(one?: (value: T) => boolean, other?: (value: T) => boolean): ((value: T) => boolean) | undefined =>
  one && other ? value => one(value) && other(value) : (one ?? other)

/** What the directory looks up, and whether that is all of the condition. */
const narrow = (index: Exclude<Indexable, { kind: 'equal' }>) => {
  const { property } = index
  if (index.kind === 'spans') return { within: { property, spans: index.spans }, exact: true }
  const { from, to } = index
  const spans = dateSpans(given({ from: from && `${from.value}Z`, to: to && `${to.value}Z` }))
  return { within: { property, spans }, exact: (from?.inclusive ?? true) && (to?.inclusive ?? true) }
}
