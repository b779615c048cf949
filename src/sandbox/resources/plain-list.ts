import { propertiesOfType } from '../../data/properties.ts'
import type { Entity } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { expandedContext, expander } from './expand.ts'
import { faults } from './faults.ts'
import { planFilter } from './filter.ts'
import { pageSize, readOptions, type Options } from './options.ts'
import { pageReply } from './paging.ts'
import { pageIn } from './place.ts'
import { plainFilter, type PlainRules } from './plain-filter.ts'
import { byLowerCase, plainSelect } from './plain-select.ts'
import { countReply, entityReply, wholeReply } from './replies.ts'
import { withNulls } from './schema.ts'
import { planSearch } from './search.ts'

/** A small collection in memory: SKUs, domains, role definitions. */
export interface Plain extends PlainRules {
  /** Name of the type in Microsoft's schema: `subscribedSku`. */
  readonly type: string
  /** For `@odata.context`. */
  readonly set: string
  /** @default the properties of Microsoft's schema, if `src/data` has the type */
  readonly properties?: readonly string[]
  items(call: Call): readonly Entity[]
  /** Whether the list is paged. If not, the reply is whole and `$top` is refused. @default false */
  readonly paged?: boolean
  /** @default 999 */
  readonly mostPerPage?: number
  /** Whether ids are case-sensitive, because they are bytes in base64url. @default false */
  readonly exactIds?: boolean
}

/** Answers `GET` of the collection. */
export const plainList =
  (plain: Plain): Handler =>
  call => {
    const options = readOptions(call.request, ['select', 'filter', 'top', 'count', 'skiptoken'])
    if (!plain.paged && options.top !== undefined) throw faults.pageSizeRefused()
    const passes = filterOf(plain, options.filter)
    const write = plainWriter(plain, options.select)
    const items = plain.items(call).filter(passes)
    const context = `${plain.set}${write.context}`
    if (!plain.paged) return wholeReply(call.request.root, context, items.map(write.json))
    return plainPage(call, options, context, items, write.json, plain.mostPerPage)
  }

/** Returns a page of items in memory. An item that exists throughout is on one of the pages, also if others are removed meanwhile. */
export const plainPage = <T extends { readonly id: string }>(
  call: Call,
  options: Options,
  context: string,
  items: readonly T[],
  json: (item: T) => string,
  mostPerPage?: number,
) =>
  pageReply(
    call,
    {
      context,
      count: () => items.length,
      rows(limit, from) {
        const { items: some, cursor } = pageIn(items, limit, from)
        return { json: some.map(json), cursor }
      },
    },
    options,
    pageSize(options, mostPerPage),
  )

/** Answers `GET …/$count` of the collection. */
export const plainCount =
  (plain: Plain): Handler =>
  call => {
    const options = readOptions(call.request, ['filter', 'count'])
    if (!options.eventual) throw faults.countUnsupported()
    return countReply(plain.items(call).filter(filterOf(plain, options.filter)).length)
  }

/** Answers `GET` of one item by id. */
export const plainSingle =
  (plain: Plain): Handler =>
  call => {
    const options = readOptions(call.request, ['select'])
    const write = plainWriter(plain, options.select)
    const id = call.keys.at(-1)!.value
    const entity = plain
      .items(call)
      .find(one => one.id === id || (!plain.exactIds && one.id.toLowerCase() === id.toLowerCase()))
    if (!entity) throw faults.notFound(id)
    return entityReply(call.request.root, `${plain.set}${write.context}/$entity`, write.json(entity))
  }

const propertiesOfPlain = ({ type, properties }: Plain): ReadonlyMap<string, string> =>
  byLowerCase(properties ?? propertiesOfType(type).keys())

const filterOf = (plain: Plain, text: string | undefined): ((entity: Entity) => boolean) => {
  if (text === undefined) return () => true
  if (!plain.filter) throw faults.filteredSearch()
  return plainFilter(text, plain.type, propertiesOfPlain(plain), plain)
}

const plainWriter = (plain: Plain, select: string | undefined) => {
  const { names, spelled } = plainSelect(select, plain.type, propertiesOfPlain(plain))
  return {
    context: select === undefined ? '' : `(${spelled.join(',')})`,
    json: (entity: Entity): string =>
      JSON.stringify(names ? Object.fromEntries(names.map(name => [name, entity[name] ?? null])) : entity),
  }
}

/** Answers `GET /directoryRoles`: the activated roles, in one reply. */
export const directoryRoles: Handler = call => {
  const options = readOptions(call.request, ['select', 'filter', 'search', 'expand', 'top', 'count'])
  if (options.top !== undefined) throw faults.pageSizeRefused()
  const columns = call.schema.columns('directoryRole', options.select, call.request.caller, 'list')
  const expand = expander(call, 'directoryRole', options, 'list')
  const test =
    options.filter === undefined
      ? undefined
      : planFilter(call, options.filter, 'directoryRole', { advanced: options.advanced }).test
  const found = options.search === undefined ? undefined : planSearch(call.schema, options.search, 'directoryRole')
  const collection = call.directory.collection('directoryRole')
  const items = allOf(collection)
    .filter(role => (test?.(role) ?? true) && (found?.(role) ?? true))
    .map(role => {
      const json = withNulls(collection.json(role, columns.names), columns.nulls)
      return expand ? expand.add(json, role.id) : json
    })
  return wholeReply(call.request.root, `directoryRoles${expandedContext(columns.context, expand)}`, items)
}

/** Returns every object of a small collection. */
export const allOf = (collection: ReturnType<Call['directory']['collection']>): readonly Entity[] => {
  const found: Entity[] = []
  let cursor: Parameters<typeof collection.slice>[3]
  do {
    const slice = collection.slice({ order: 'default', view: 'direct' }, 999, ['id'], cursor)
    for (const id of slice.ids) {
      const entity = collection.get(id)
      if (entity) found.push(entity)
    }
    cursor = slice.cursor
  } while (cursor !== undefined)
  return found
}
