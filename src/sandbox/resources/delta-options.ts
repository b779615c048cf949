import { propertiesOf } from '../../odata/ast.ts'
import { splitFilter } from '../../odata/split-filter.ts'
import type { Kind, Relation } from '../directory/types.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'
import { parsedFilter } from './filter.ts'
import type { Options } from './options.ts'
import { parsedSelect } from './schema.ts'

/** What a delta was asked for on its first call; it travels in the tokens. */
export interface DeltaAsked {
  /** Properties, canonical names; undefined: the default ones. */
  readonly select?: readonly string[] | undefined
  readonly relations: readonly Relation[]
  readonly ids?: readonly string[] | undefined
}

const tracked: Readonly<Partial<Record<Kind, readonly Relation[]>>> = {
  user: ['manager'],
  group: ['members', 'owners'],
  directoryRole: ['members'],
}

/** Tracked without `$select`. */
const trackedByDefault: Readonly<Partial<Record<Kind, readonly Relation[]>>> = {
  group: ['members'],
  directoryRole: ['members'],
}

const maxFilteredIds = 50

/**
 * Reads the options of a delta's first call: `$select` of properties and tracked relations, `$filter` of up to 50 ids.
 *
 * @throws GraphFault 400 for the other options, other filters and unknown properties
 * @see https://learn.microsoft.com/graph/delta-query-overview#use-query-parameters
 */
export const deltaAsked = (call: Call, kind: Kind, options: Options): DeltaAsked => {
  const ids = options.filter === undefined ? undefined : filteredIds(options.filter)
  if (options.select === undefined) return { relations: trackedByDefault[kind] ?? [], ids }
  const names = parsedSelect(options.select)
  const relations = (tracked[kind] ?? []).filter(relation => names.includes(relation))
  const own = names.filter(name => !relations.some(relation => relation === name))
  const columns =
    own.length === 0 ? { names: [] } : call.schema.columns(kind, own.join(','), call.request.caller, 'list')
  return { select: columns.names, relations, ids }
}

const filteredIds = (text: string): readonly string[] => {
  const filter = parsedFilter(text)
  const { index, residual } = splitFilter(filter, one => one.kind === 'equal' && one.property === 'id')
  const only = propertiesOf(filter).every(name => name === 'id')
  if (index?.kind !== 'equal' || residual || !only || index.values.length > maxFilteredIds) throw faults.deltaFilter()
  return index.values.map(({ value }) => String(value).toLowerCase())
}
