import { propertiesOfType } from '../../data/properties.ts'
import { compileFilter } from '../../odata/compile-filter.ts'
import { propertiesOf } from '../../odata/ast.ts'
import type { Entity } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { expandedContext, expander } from './expand.ts'
import { faults } from './faults.ts'
import { parsedFilter, planFilter } from './filter.ts'
import { pageSize, readOptions } from './options.ts'
import { pageReply } from './paging.ts'
import { entityReply, wholeReply } from './replies.ts'
import { parsedSelect, withNulls } from './schema.ts'

/** A small collection that is held whole: skus, domains, role definitions. */
export interface Plain {
  /** Name of the type in Microsoft's schema: `subscribedSku`. */
  readonly type: string
  /** In `@odata.context`. */
  readonly set: string
  /** @default those of Microsoft's schema, where `src/data` has the type */
  readonly properties?: readonly string[]
  items(call: Call): readonly Entity[]
  /** Properties that `$filter` takes with `eq`; absent: `$filter` is refused. */
  readonly filter?: readonly string[]
  /** Pages, or one reply that refuses `$top`. @default false */
  readonly paged?: boolean
}

/** Answers a `GET` of the collection. */
export const plainList =
  (plain: Plain): Handler =>
  call => {
    const options = readOptions(call.request, ['select', 'filter', 'top', 'count', 'skiptoken'])
    if (!plain.paged && options.top !== undefined) throw faults.pageSizeRefused()
    const passes = filterOf(plain, options.filter)
    const items = plain.items(call).filter(passes)
    const write = plainWriter(plain, options.select)
    const context = `${plain.set}${write.context}`
    if (!plain.paged) return wholeReply(call.request.root, context, items.map(write.json))
    return pageReply(
      call,
      {
        context,
        count: () => items.length,
        rows(limit, from) {
          const at = Number(from?.['n'] ?? 0)
          const json = items.slice(at, at + limit).map(write.json)
          return { json, cursor: at + limit < items.length ? { n: at + limit } : undefined }
        },
      },
      options,
      pageSize(options),
    )
  }

/** Answers a `GET` of one of them by id. */
export const plainSingle =
  (plain: Plain): Handler =>
  call => {
    const options = readOptions(call.request, ['select'])
    const id = call.keys.at(-1)!.value
    const entity = plain.items(call).find(one => one.id.toLowerCase() === id.toLowerCase())
    if (!entity) throw faults.notFound(id)
    const write = plainWriter(plain, options.select)
    return entityReply(call.request.root, `${plain.set}${write.context}/$entity`, write.json(entity))
  }

const propertiesOfPlain = ({ type, properties }: Plain): ReadonlySet<string> =>
  new Set(properties ?? propertiesOfType(type).keys())

const filterOf = (plain: Plain, text: string | undefined): ((entity: Entity) => boolean) => {
  const { filter, type } = plain
  if (text === undefined) return () => true
  if (!filter) throw faults.filteredSearch()
  const parsed = parsedFilter(text)
  for (const name of propertiesOf(parsed)) {
    if (!propertiesOfPlain(plain).has(name)) throw faults.filterProperty(name, `microsoft.graph.${type}`)
    if (!filter.includes(name)) throw faults.filterUnsupported(name, type)
  }
  return compileFilter<Entity>(parsed)
}

const plainWriter = (plain: Plain, select: string | undefined) => {
  const asked = select === undefined ? undefined : parsedSelect(select)
  const known = propertiesOfPlain(plain)
  for (const name of asked ?? [])
    if (name !== '*' && !known.has(name)) throw faults.propertyUnknown(name, `microsoft.graph.${plain.type}`)
  const names = asked?.includes('*') ? undefined : asked
  return {
    context: asked ? `(${asked.join(',')})` : '',
    json: (entity: Entity): string =>
      JSON.stringify(names ? Object.fromEntries(names.map(name => [name, entity[name] ?? null])) : entity),
  }
}

/** Answers `GET /directoryRoles`: the activated ones, whole. */
export const directoryRoles: Handler = call => {
  const options = readOptions(call.request, ['select', 'filter', 'expand', 'top', 'count'])
  if (options.top !== undefined) throw faults.pageSizeRefused()
  const columns = call.schema.columns('directoryRole', options.select, call.request.caller, 'list')
  const expand = expander(call, 'directoryRole', options, 'list')
  const test =
    options.filter === undefined
      ? undefined
      : planFilter(call, options.filter, 'directoryRole', { advanced: options.advanced }).test
  const collection = call.directory.collection('directoryRole')
  const items = allOf(collection)
    .filter(role => test?.(role) ?? true)
    .map(role => {
      const json = withNulls(collection.json(role, columns.names), columns.nulls)
      return expand ? expand.add(json, role.id) : json
    })
  return wholeReply(call.request.root, `directoryRoles${expandedContext(columns.context, expand)}`, items)
}

/** Every object of a small collection. */
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
