import { propertiesOf, type Filter } from '../../odata/ast.ts'
import { splitFilter } from '../../odata/split-filter.ts'
import type { Kind, Relation } from '../directory/types.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'
import { parsedFilter } from './filter.ts'
import type { Options } from './options.ts'
import { parsedSelect } from './schema.ts'
import { kinds, kindOfType } from './type-facts.ts'

/** The options of a delta's first call, kept in its tokens. */
export interface DeltaAsked {
  /** Canonical names of the selected properties. Undefined means the default ones. */
  readonly select?: readonly string[] | undefined
  readonly relations: readonly Relation[]
  readonly ids?: readonly string[] | undefined
}

const tracked: Readonly<Partial<Record<Kind, readonly Relation[]>>> = {
  user: ['manager'],
  group: ['members', 'owners'],
  directoryRole: ['members'],
}

/** Relations that are tracked without `$select`. */
const trackedByDefault: Readonly<Partial<Record<Kind, readonly Relation[]>>> = {
  group: ['members'],
  directoryRole: ['members'],
}

const maxFilteredIds = 50

/**
 * Reads the options of a delta's first call: `$select` of properties and tracked relations, `$filter` of up to 50 ids.
 *
 * @throws GraphFault 400 for other options, other filters and unknown properties
 * @see https://learn.microsoft.com/graph/delta-query-overview#use-query-parameters
 */
export const deltaAsked = (call: Call, kind: Kind, options: Options): DeltaAsked => {
  const ids = options.filter === undefined ? undefined : filteredIds(parsedFilter(options.filter))
  if (options.select === undefined) return { relations: trackedByDefault[kind] ?? [], ids }
  const names = parsedSelect(options.select)
  const relations = (tracked[kind] ?? []).filter(relation => names.includes(relation))
  const own = names.filter(name => !relations.some(relation => relation === name))
  const columns =
    own.length === 0 ? { names: [] } : call.schema.columns(kind, own.join(','), call.request.caller, 'list')
  return { select: columns.names, relations, ids }
}

/**
 * As `deltaAsked`, for a delta of directory objects. Its `$filter` names types, `isof('microsoft.graph.user')`, or ids; by
 * default it covers every type. A selected property that a type does not have is omitted from its objects.
 *
 * @throws GraphFault 400 for other options, other filters and properties that no type has
 * @see https://learn.microsoft.com/graph/api/directoryobject-delta
 */
export const objectsAsked = (call: Call, options: Options): ReadonlyMap<Kind, DeltaAsked> => {
  const filter = options.filter === undefined ? undefined : parsedFilter(options.filter)
  const types = filter && typesOf(filter)
  const ids = filter && !types ? filteredIds(filter) : undefined
  const names = options.select === undefined ? undefined : parsedSelect(options.select)
  const has = (kind: Kind, name: string): boolean => call.schema.properties(kind).has(name.toLowerCase())
  for (const name of names ?? [])
    if (!kinds.some(kind => has(kind, name) || tracked[kind]?.some(relation => relation === name)))
      throw faults.propertyUnknown(name, 'microsoft.graph.directoryObject')
  return new Map(
    (types ?? kinds).map(kind => {
      const own = names?.filter(name => has(kind, name) || tracked[kind]?.some(relation => relation === name))
      const { filter: _filter, select: _select, ...rest } = options
      // Objects of a type without any selected property have their id only.
      const select = own === undefined ? undefined : own.length === 0 ? 'id' : own.join(',')
      return [kind, { ...deltaAsked(call, kind, { ...rest, ...(select === undefined ? {} : { select }) }), ids }]
    }),
  )
}

const typesOf = (filter: Filter): readonly Kind[] | undefined => {
  const items = filter.kind === 'or' ? filter.items : [filter]
  if (!items.every(item => item.kind === 'isof' && item.path === undefined)) return undefined
  return items.map(item => {
    const kind = item.kind === 'isof' ? kindOfType(item.type.replace(/^#/, '')) : undefined
    if (!kind) throw faults.deltaFilter()
    return kind
  })
}

const filteredIds = (filter: Filter): readonly string[] => {
  const { index, residual } = splitFilter(filter, one => one.kind === 'equal' && one.property === 'id')
  const only = propertiesOf(filter).every(name => name === 'id')
  if (index?.kind !== 'equal' || residual || !only || index.values.length > maxFilteredIds) throw faults.deltaFilter()
  return index.values.map(({ value }) => String(value).toLowerCase())
}
