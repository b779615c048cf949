import { EntrapipeError } from '../../core/errors.ts'
import { filterRules } from '../../data/filter-rules.ts'
import { joined, propertiesOf, type Filter, type Path } from '../../odata/ast.ts'
import { compileFilter } from '../../odata/compile-filter.ts'
import { parseFilter } from '../../odata/parse-filter.ts'
import type { Entity, Kind } from '../directory/types.ts'
import { faults } from './faults.ts'
import { passGate } from './filter-gate.ts'
import type { Schema } from './schema.ts'
import { typeFacts } from './type-facts.ts'

/** A `$filter` that Graph takes. */
export interface FilterPlan {
  readonly text: string
  readonly filter: Filter
  readonly properties: readonly string[]
  readonly test: (entity: Entity) => boolean
}

/** Where the filter stands: the rules differ. */
interface FilterOptions {
  readonly advanced: boolean
  /** Members, memberOf and their like. */
  readonly relation?: boolean
  readonly deleted?: boolean
}

/**
 * Reads a `$filter` on objects of a kind and passes it through the gate. Without a kind it is on directory objects.
 *
 * @throws GraphFault 400
 */
export const planFilter = (
  schema: Schema,
  text: string,
  kind: Kind | undefined,
  options: FilterOptions,
): FilterPlan => {
  const { advanced, relation = false, deleted = false } = options
  const parsed = parsedFilter(text)
  if (relation && !advanced) throw faults.referenceFilter()
  const type = kind ?? 'directoryObject'
  const rules = filterRules(type, { relation, deleted })
  if (!rules || rules.paths.length === 0) throw faults.filteredSearch()
  const names = kind ? schema.properties(kind) : objectNames
  const filter = spelled(parsed, names)
  passGate(filter, {
    rules,
    type,
    resource: kind ? typeFacts[kind].resource : 'DirectoryObject',
    advanced,
    knows: name => names.has(name.toLowerCase()),
  })
  const properties = propertiesOf(filter)
  if (properties.includes('signInActivity') && properties.length > 1)
    throw faults.filterUnsupported('signInActivity', typeFacts[kind ?? 'user'].resource)
  return { text, filter, properties, test: compileFilter<Entity>(filter) }
}

/** @throws GraphFault 400 `BadRequest`, with the place of the mistake from 0 */
export const parsedFilter = (text: string): Filter => {
  try {
    return parseFilter(text)
  } catch (cause) {
    if (!(cause instanceof EntrapipeError)) throw cause
    const position = Number(cause.facts['position'] ?? 1) - 1
    throw Object.assign(faults.filterClause(text, position), { cause })
  }
}

const objectNames: ReadonlyMap<string, string> = new Map(
  ['id', 'displayName', 'mail', 'deletedDateTime'].map(name => [name.toLowerCase(), name]),
)

/** Properties are found whatever their case; the rest of the sandbox knows one spelling. */
const spelled = (filter: Filter, names: ReadonlyMap<string, string>): Filter => {
  const path = <P extends Path | undefined>(one: P): P => {
    const [first = '', ...rest] = one?.names ?? []
    const name = one?.variable === undefined ? names.get(first.toLowerCase()) : undefined
    return one && name !== undefined ? { ...one, names: [name, ...rest] } : one
  }
  switch (filter.kind) {
    case 'and':
    case 'or':
      return joined(
        filter.kind,
        filter.items.map(item => spelled(item, names)),
      )
    case 'not':
      return { ...filter, item: spelled(filter.item, names) }
    case 'lambda':
      return { ...filter, path: path(filter.path), ...(filter.item ? { item: spelled(filter.item, names) } : {}) }
    case 'isof':
      return filter.path ? { ...filter, path: path(filter.path) } : filter
    default:
      return { ...filter, path: path(filter.path) }
  }
}
