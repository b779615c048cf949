import { EntrapipeError } from '../../core/errors.ts'
import { parseExpand, type Expand } from '../../odata/parse-expand.ts'
import type { Kind, Reference } from '../directory/types.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'
import { appRoleProperties, appRolesOf, grantedRelation, type GrantedRelation } from './granted.ts'
import type { Options } from './options.ts'
import { byLowerCase, plainSelect } from './plain-select.ts'
import { sight } from './permissions.ts'
import { everyOne, type References, type RelationName } from './relations.ts'
import { objectWriter } from './object-writer.ts'
import { selectContext } from './schema.ts'
import { kinds, typeFacts } from './type-facts.ts'

/** Adds expanded relations to objects that are already JSON text. */
export interface Expander {
  /** For `@odata.context`: `manager()`. */
  readonly context: string
  add(json: string, id: string): string
}

/** Graph returns at most this many objects, without a link to the rest. @see https://developer.microsoft.com/graph/known-issues/?search=13635 */
const maxExpanded = (kind: Kind, relation: RelationName): number =>
  kind === 'user' && relation === 'registeredDevices' ? 100 : 20
const maxLevels = 1_000

/**
 * Expands one relation, one level deep, with at most 20 objects. On a single user, `$levels` adds the managers of the
 * manager; a listing only accepts `$levels=1`, which has no effect. Open extensions can be expanded too; no object has any.
 *
 * @throws GraphFault 400 for an unknown relation, several of them, or one with an advanced query
 */
export const expander = (call: Call, kind: Kind, options: Options, where: 'list' | 'single'): Expander | undefined => {
  if (options.expand === undefined) return undefined
  const expand = parsedExpand(options.expand)
  if (isExtensions(expand.relation) && openlyExtended.has(kind)) return noExtensions
  const granted = grantedRelation(kind, expand.relation)
  const relation = relationOf(kind, expand.relation)
  if (!relation && !granted) throw faults.propertyUnknown(expand.relation, typeFacts[kind].type)
  const levels = expand.levels === 'max' ? maxLevels : (expand.levels ?? 1)
  if (expand.levels !== undefined && (relation !== 'manager' || levels > maxLevels))
    throw faults.selectTerm(options.expand)
  if (levels > 1 && where === 'list') throw faults.levelsOnCollection()
  // Graph answers a search with $expand as if the header were missing.
  if (options.search !== undefined) throw faults.searchNeedsHeader()
  if (options.advanced && where === 'list') throw faults.expandWithAdvanced()
  if (!relation) return granted && grantedExpander(call, kind, granted, expand)
  const select = expand.select?.join(',')
  const write = objectWriter(call, select, 'direct')
  const context = `${relation}${selectContext(call.schema, select) || '()'}`
  return {
    context,
    add(json, id) {
      const owner: Reference = { kind, id }
      const value =
        relation === 'manager'
          ? manager(call, owner, write, levels)
          : list(firstOf(call.relations(owner, relation, 'direct'), maxExpanded(kind, relation)), write)
      return value === undefined ? json : withMember(json, relation, value)
    },
  }
}

/** Expands app roles, which are not directory objects. */
const grantedExpander = (call: Call, kind: Kind, relation: GrantedRelation, { select }: Expand): Expander => {
  const known = byLowerCase(appRoleProperties)
  const { names, spelled } = plainSelect(select?.join(','), 'appRoleAssignment', known)
  return {
    context: `${relation}(${spelled.join(',')})`,
    add(json, id) {
      const items = appRolesOf(call.directory, kind, id, relation).slice(0, 20)
      return withMember(json, relation, JSON.stringify(items, names && [...names]))
    },
  }
}

/** Adds expanded relations to objects of several types. */
export interface RelatedExpander {
  readonly context: string
  add(json: string, of: Reference): string
}

/**
 * As `expander`, for a list of related objects. Without a cast, any type may have the relation, as with properties in
 * `$select`. It is omitted from objects of other types, and from objects that the caller may not read.
 *
 * @throws GraphFault 400 for a relation that no type has, several of them, or one with an advanced query
 * @see https://learn.microsoft.com/graph/api/group-list-members#optional-query-parameters
 * @see https://learn.microsoft.com/graph/api/group-list-transitivememberof#optional-query-parameters
 */
export const relatedExpander = (call: Call, cast: Kind | undefined, options: Options): RelatedExpander | undefined => {
  if (options.expand === undefined) return undefined
  const relation = parsedExpand(options.expand).relation
  const having = cast ? [cast] : kinds.filter(kind => expands(kind, relation))
  const expanders = new Map(having.map(kind => [kind, expander(call, kind, options, 'list')]))
  const [first] = expanders.values()
  if (!first) throw faults.propertyUnknown(relation, 'microsoft.graph.directoryObject')
  return {
    context: first.context,
    add(json, { kind, id }) {
      const own = sight(call.request.caller, kind) === 'none' ? undefined : expanders.get(kind)
      return own ? own.add(json, id) : json
    },
  }
}

const expands = (kind: Kind, relation: string): boolean =>
  relationOf(kind, relation) !== undefined || (isExtensions(relation) && openlyExtended.has(kind))

const isExtensions = (relation: string): boolean => relation.toLowerCase() === 'extensions'

const relationOf = (kind: Kind, relation: string): RelationName | undefined =>
  typeFacts[kind].expand.find(name => name.toLowerCase() === relation.toLowerCase())

/** Joins `(id,displayName)` and `manager()` to `(id,displayName,manager())`. */
export const expandedContext = (columns: string, expand: { readonly context: string } | undefined): string =>
  expand === undefined ? columns : columns === '' ? `(${expand.context})` : `${columns.slice(0, -1)},${expand.context})`

const withMember = (json: string, name: string, value: string): string =>
  json === '{}' ? `{"${name}":${value}}` : `${json.slice(0, -1)},"${name}":${value}}`

/** Kinds that can have open extensions. @see https://learn.microsoft.com/graph/extensibility-overview */
const openlyExtended: ReadonlySet<Kind> = new Set(['user', 'group', 'device'])
const noExtensions: Expander = { context: 'extensions()', add: json => withMember(json, 'extensions', '[]') }

/** Includes service principals, which the list of members omits. @see https://learn.microsoft.com/graph/api/group-list-members */
const firstOf = (references: References, most: number): readonly Reference[] => {
  const first: Reference[] = []
  for (const reference of everyOne(references)) {
    if (first.length === most) break
    first.push(reference)
  }
  return first
}

type Write = (reference: Reference) => string | undefined

const list = (references: readonly Reference[], write: Write): string =>
  `[${references.flatMap(reference => write(reference) ?? []).join(',')}]`

/** Returns the manager with its own manager nested in it, and so on. A cycle ends where it closes. */
const manager = (call: Call, of: Reference, write: Write, levels: number): string | undefined => {
  const chain: string[] = []
  const seen = new Set([of.id])
  for (let at = of; chain.length < levels;) {
    const [next] = call.directory.related(at.kind, at.id, 'manager', 1).references
    const json = next && !seen.has(next.id) ? write(next) : undefined
    if (!next || json === undefined) break
    seen.add(next.id)
    chain.push(json)
    at = next
  }
  return chain.reduceRight<string | undefined>(
    (inner, json) => (inner === undefined ? json : `${json.slice(0, -1)},"manager":${inner}}`),
    undefined,
  )
}

/** @throws GraphFault 400 `BadRequest` */
export const parsedExpand = (text: string): Expand => {
  try {
    return parseExpand(text)
  } catch (cause) {
    if (!(cause instanceof EntrapipeError)) throw cause
    throw Object.assign(faults.selectTerm(text), { cause })
  }
}
