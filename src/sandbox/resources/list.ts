import { setImmediate as turn } from 'node:timers/promises'
import { pageSizes } from '../../data/listing.ts'
import type { Collection, Cursor, Kind, Query, View } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { readingOf, type Reading } from './collection-query.ts'
import { expandedContext, expander, type Expander } from './expand.ts'
import { faults } from './faults.ts'
import { planFilter, type FilterPlan } from './filter.ts'
import { pageSize, readOptions, type OptionName, type Options } from './options.ts'
import { planOrder } from './order.ts'
import { pageIn } from './place.ts'
import { pageReply, type Listing, type Rows } from './paging.ts'
import { basicUserProperties, sight } from './permissions.ts'
import { countReply } from './replies.ts'
import { withNulls, type Columns } from './schema.ts'
import { planSearch } from './search.ts'
import { withDeletion } from './deleted-items.ts'
import { typeFacts } from './type-facts.ts'

/** Whether live or deleted objects are listed. */
interface ListOptions {
  /** Lists soft-deleted objects. @default false */
  readonly deleted?: boolean
}

const allowed: readonly OptionName[] = ['select', 'filter', 'orderby', 'search', 'expand', 'top', 'count', 'skiptoken']
/** Maximum number of slices per request. The page is then sent as it is, with a link. */
const maxSlices = 12

/** Answers `GET /users` and similar routes. */
export const list =
  (kind: Kind, { deleted = false }: ListOptions = {}): Handler =>
  call => {
    const options = readOptions(call.request, allowed)
    const collection = collectionOf(call, kind, deleted)
    const view: View = options.advanced ? 'index' : 'direct'
    const plan = planOf(call, kind, options, deleted)
    const columns = call.schema.columns(kind, options.select, call.request.caller, 'list')
    const names = deleted ? withDeletion(options.select, columns.names) : columns.names
    return page(call, collection, { ...columns, names }, options, plan, view)
  }

/** Answers `GET /users/$count` and similar routes. */
export const count =
  (kind: Kind, { deleted = false }: ListOptions = {}): Handler =>
  call => {
    const sent = readOptions(call.request, ['filter', 'search', 'count'])
    if (!sent.eventual) throw faults.countUnsupported()
    const plan = planOf(call, kind, { ...sent, advanced: true }, deleted)
    const collection = collectionOf(call, kind, deleted)
    return countReply(countOf(collection, readingOf(collection, 'index', plan)))
  }

const collectionOf = ({ directory }: Call, kind: Kind, deleted: boolean): Collection =>
  deleted ? directory.deleted(kind) : directory.collection(kind)

const planOf = (call: Call, kind: Kind, options: Options, deleted: boolean) => {
  const filter =
    options.filter === undefined
      ? undefined
      : planFilter(call, options.filter, kind, { advanced: options.advanced, deleted })
  if (filter) mayFilter(call, kind, filter)
  const order = planOrder(kind, options, { deleted })
  const search =
    options.search === undefined
      ? undefined
      : { text: options.search, test: planSearch(call.schema, options.search, kind) }
  return { ...(filter ? { filter } : {}), ...(order ? { order } : {}), ...(search ? { search } : {}) }
}

/** A caller who only sees basic properties cannot filter by others. */
const mayFilter = ({ request: { caller } }: Call, kind: Kind, { properties }: FilterPlan): void => {
  if (properties.includes('signInActivity') && !caller.permissions.has('AuditLog.Read.All'))
    throw faults.permissionMissing('AuditLog.Read.All')
  if (sight(caller, kind) === 'basic' && properties.some(name => !basicUserProperties.has(name))) throw faults.denied()
}

const page = (
  call: Call,
  collection: Collection,
  columns: Columns,
  options: Options,
  plan: ReturnType<typeof planOf>,
  view: View,
) => {
  const { kind } = collection
  const expand = expander(call, kind, options, 'list')
  const used = [...columns.names, ...(plan.filter?.properties ?? [])]
  const limit = pageSize(options, pageSizes(kind, used)?.max)
  const reading = readingOf(collection, view, plan)
  const listing: Listing = {
    context: `${typeFacts[kind].set}${expandedContext(columns.context, expand)}`,
    count: () => countOf(collection, reading),
    rows: (most, from) =>
      'found' in reading
        ? foundRows(collection, reading.found, columns, expand, most, from)
        : scannedRows(collection, reading.query, columns, expand, most, from),
  }
  return pageReply(call, listing, options, limit)
}

const countOf = (collection: Collection, reading: Reading): number =>
  'found' in reading ? reading.found.length : collection.count(reading.query)

const foundRows = (
  collection: Collection,
  found: readonly { readonly id: string }[],
  columns: Columns,
  expand: Expander | undefined,
  limit: number,
  from: Cursor | undefined,
): Rows => {
  const { items, cursor } = pageIn(found, limit, from)
  const json = (items as Parameters<Collection['json']>[0][]).map(entity => {
    const text = withNulls(collection.json(entity, columns.names), columns.nulls)
    return expand ? expand.add(text, entity.id) : text
  })
  return { json, cursor }
}

const scannedRows = async (
  collection: Collection,
  query: Query,
  columns: Columns,
  expand: Expander | undefined,
  limit: number,
  from: Cursor | undefined,
): Promise<Rows> => {
  let cursor = from
  let json: readonly string[] = []
  for (let slices = 1; ; slices++) {
    const slice = collection.slice(query, limit - json.length, columns.names, cursor)
    const rows =
      columns.nulls === '' && !expand
        ? slice.json
        : slice.json.map((text, at) => {
            const whole = withNulls(text, columns.nulls)
            return expand ? expand.add(whole, slice.ids[at]!) : whole
          })
    json = json.length === 0 ? rows : [...json, ...rows]
    cursor = slice.cursor
    if (cursor === undefined || json.length >= limit || slices >= maxSlices) return { json, cursor }
    await turn()
  }
}
