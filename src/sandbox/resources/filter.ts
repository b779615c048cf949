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
import { appRoleEntity } from './granted.ts'
import { typeFacts } from './type-facts.ts'

/** A `$filter` that Graph accepts. */
export interface FilterPlan {
  /** Cache key for its count. */
  readonly text: string
  readonly filter: Filter
  readonly properties: readonly string[]
  readonly test: (entity: Entity) => boolean
  /** A test of a part of the filter. */
  readonly testOf: (part: Filter) => (entity: Entity) => boolean
}

/** Where the filter is used. The rules differ. */
interface FilterOptions {
  readonly advanced: boolean
  /** On members, memberOf and similar lists. */
  readonly relation?: boolean
  readonly deleted?: boolean
}

/**
 * Parses and checks a `$filter` on objects of a kind, or on directory objects without a kind.
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
  // No page of a relation documents isof: a cast selects the type there.
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
  // Counts are cached until objects change. Links change without that, so the generation is part of the key.
  const under = read ? `${text} @${directory.generation}` : text
  const testOf = (part: Filter) => compileFilter<Entity>(part, read ? { read } : {})
  return { text: under, filter, properties, test: testOf(filter), testOf }
}

const asksType = (filter: Filter): boolean =>
  'items' in filter
    ? filter.items.some(asksType)
    : filter.kind === 'not'
      ? asksType(filter.item)
      : filter.kind === 'lambda'
        ? filter.item !== undefined && asksType(filter.item)
        : filter.kind === 'isof'

/** Filters only compare the number of links with 0 or 1, so reading two is enough. */
const linksOrField = (directory: Directory, kind: Kind) => {
  const grants = grantsBy(directory)
  return (entity: Entity, name: string): unknown => {
    if (name === 'owners') return directory.related(kind, entity.id, 'owners', 2).references
    if (name === 'ownedObjects') return directory.relating({ kind, id: entity.id }, 'owners')
    if (name === 'ownedDevices') return directory.relating({ kind, id: entity.id }, 'registeredOwners')
    return grants(name, kind, entity.id) ?? entity[name]
  }
}

/** The app roles and consents of an object, by the relation that a filter names. */
const grantsBy = (directory: Directory) => {
  const kept = new Map<string, ReadonlyMap<unknown, readonly Entity[]>>()
  const of = (id: string, items: () => readonly Entity[], by: string): readonly Entity[] => {
    const grouped = kept.get(by) ?? Map.groupBy(items(), one => one[by])
    kept.set(by, grouped)
    return grouped.get(id) ?? []
  }
  const appRoles = () =>
    directory.assignments({ family: 'appRoles' }).map(assignment => appRoleEntity(directory, assignment))
  return (name: string, kind: Kind, id: string): readonly Entity[] | undefined => {
    if (name === 'appRoleAssignments') return of(id, appRoles, 'principalId')
    if (name === 'appRoleAssignedTo') return of(id, appRoles, 'resourceId')
    if (name !== 'oauth2PermissionGrants') return undefined
    return kind === 'user' ? [] : of(id, () => directory.oauth2PermissionGrants, 'clientId')
  }
}

/** @throws GraphFault 400 `BadRequest`, with the position of the error, from 0 */
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

/** Finds properties and nested ones ignoring case, and returns the spelling that the rest of the sandbox uses. */
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
  /** All names of a path, including those of the collection that its variable ranges over. */
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
