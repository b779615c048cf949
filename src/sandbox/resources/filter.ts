import { EntrapipeError } from '../../core/errors.ts'
import { filterRules } from '../../data/filter-rules.ts'
import { joined, propertiesOf, type Filter, type Path } from '../../odata/ast.ts'
import { compileFilter } from '../../odata/compile-filter.ts'
import { parseFilter } from '../../odata/parse-filter.ts'
import { namesAt, relationsOfType } from '../../data/properties.ts'
import type { Directory, Entity, Kind } from '../directory/types.ts'
import type { World } from './call.ts'
import { faults } from './faults.ts'
import { passGate } from './filter-gate.ts'
import { typeFacts } from './type-facts.ts'

/** A `$filter` that Graph takes. */
export interface FilterPlan {
  /** Under which its count is kept. */
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
  { schema, directory, knobs }: Pick<World, 'schema' | 'directory' | 'knobs'>,
  text: string,
  kind: Kind | undefined,
  options: FilterOptions,
): FilterPlan => {
  const { advanced, relation = false, deleted = false } = options
  const parsed = parsedFilter(text)
  // No page of a relation knows isof: its types are told apart by a cast.
  if (relation && asksType(parsed)) throw faults.typeFilter()
  if (relation && !advanced) throw faults.referenceFilter()
  const type = kind ?? 'directoryObject'
  const rules = filterRules(type, { relation, deleted })
  if (!rules || rules.paths.length === 0) throw faults.filteredSearch()
  const own = kind ? schema.properties(kind) : objectNames
  const relations = new Map([...relationsOfType(type).keys()].map(name => [name.toLowerCase(), name]))
  const filter = spelled(parsed, names => spelling(type, names, own, relations))
  passGate(filter, {
    rules,
    type,
    resource: kind ? typeFacts[kind].resource : 'DirectoryObject',
    advanced,
    refusesDisputed: knobs.refusesDisputed,
    knows: name => own.has(name.toLowerCase()) || relations.has(name.toLowerCase()),
  })
  const properties = propertiesOf(filter)
  const counted = properties.some(name => !own.has(name.toLowerCase()))
  const read = kind && counted ? linksOrField(directory, kind) : undefined
  // A count is kept under the text as long as the objects stay; links come and go beside them.
  const under = read ? `${text} @${directory.generation}` : text
  return { text: under, filter, properties, test: compileFilter<Entity>(filter, read ? { read } : {}) }
}

const asksType = (filter: Filter): boolean =>
  'items' in filter
    ? filter.items.some(asksType)
    : filter.kind === 'not'
      ? asksType(filter.item)
      : filter.kind === 'lambda'
        ? filter.item !== undefined && asksType(filter.item)
        : filter.kind === 'isof'

/** Filters compare the number of links with 0 or 1 only: two are enough to tell. */
const linksOrField = (directory: Directory, kind: Kind) => {
  const grants = grantsBy(directory)
  return (entity: Entity, name: string): unknown => {
    if (name === 'owners') return directory.related(kind, entity.id, 'owners', 2).references
    if (name === 'ownedObjects') return directory.relating({ kind, id: entity.id }, 'owners')
    if (name === 'ownedDevices') return directory.relating({ kind, id: entity.id }, 'registeredOwners')
    return grants(name, kind, entity.id) ?? entity[name]
  }
}

/** App roles and consents of an object itself, by the relation that a filter names. */
const grantsBy = (directory: Directory) => {
  const kept = new Map<string, ReadonlyMap<unknown, readonly Entity[]>>()
  const of = (id: string, items: readonly Entity[], by: string): readonly Entity[] => {
    const grouped = kept.get(by) ?? Map.groupBy(items, one => one[by])
    kept.set(by, grouped)
    return grouped.get(id) ?? []
  }
  return (name: string, kind: Kind, id: string): readonly Entity[] | undefined => {
    if (name === 'appRoleAssignments') return of(id, directory.appRoleAssignments, 'principalId')
    if (name === 'appRoleAssignedTo') return of(id, directory.appRoleAssignments, 'resourceId')
    if (name !== 'oauth2PermissionGrants') return undefined
    return kind === 'user' ? [] : of(id, directory.oauth2PermissionGrants, 'clientId')
  }
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

/** Properties are found whatever their case, and those inside them; the rest of the sandbox knows one spelling. */
const spelling = (
  type: string,
  [first = '', ...rest]: readonly string[],
  own: ReadonlyMap<string, string>,
  relations: ReadonlyMap<string, string>,
): readonly string[] => {
  const name = own.get(first.toLowerCase()) ?? relations.get(first.toLowerCase())
  if (name === undefined) return [first, ...rest]
  return rest.reduce<readonly string[]>(
    (names, inner) => [...names, namesAt(type, names).find(one => one.toLowerCase() === inner.toLowerCase()) ?? inner],
    [name],
  )
}

type Spelling = (names: readonly string[]) => readonly string[]

const spelled = (
  filter: Filter,
  spell: Spelling,
  scope: ReadonlyMap<string, readonly string[]> = new Map(),
): Filter => {
  /** All names of a path, those of the collection that its variable runs through included. */
  const whole = ({ variable, names }: Path): readonly string[] =>
    variable === undefined ? names : [...(scope.get(variable) ?? []), ...names]
  const path = <P extends Path | undefined>(one: P): P =>
    one && { ...one, names: one.names.length === 0 ? [] : spell(whole(one)).slice(-one.names.length) }
  const inner = (item: Filter): Filter => spelled(item, spell, scope)
  switch (filter.kind) {
    case 'and':
    case 'or':
      return joined(filter.kind, filter.items.map(inner))
    case 'not':
      return { ...filter, item: inner(filter.item) }
    case 'lambda': {
      const within = new Map(scope).set(filter.variable ?? '', spell(whole(filter.path)))
      const item = filter.item && spelled(filter.item, spell, within)
      return { ...filter, path: path(filter.path), ...(item ? { item } : {}) }
    }
    case 'isof':
      return filter.path ? { ...filter, path: path(filter.path) } : filter
    default:
      return { ...filter, path: path(filter.path) }
  }
}
