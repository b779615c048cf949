import { listableProperties } from '../../data/listing.ts'
import type { Entity } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { parsedExpand } from './expand.ts'
import { faults } from './faults.ts'
import { objectWriter } from './object-writer.ts'
import { readOptions } from './options.ts'
import { plainFilter } from './plain-filter.ts'
import { plainPage } from './plain-list.ts'
import { byLowerCase, plainSelect } from './plain-select.ts'
import { entityReply } from './replies.ts'
import { roleDefinitions } from './role-definitions.ts'
import { selectContext } from './schema.ts'
import { kinds } from './type-facts.ts'

/** A role of a principal: an assignment, or the schedule of an active or eligible one. */
export interface Assignment extends Entity {
  readonly principalId: string
  readonly roleDefinitionId: string
}

/** A collection of assignments. Their ids are case-sensitive. */
interface RoleShape {
  readonly type: string
  /** For `@odata.context`. */
  readonly set: string
  readonly properties: readonly string[]
  /** Properties that support `eq` and `in`. */
  readonly filter: readonly string[]
  items(call: Call): readonly Assignment[]
}

/** Creates the handlers of a collection of assignments and of a single one. */
export const roleHandlers = (shape: RoleShape): { readonly list: Handler; readonly single: Handler } => ({
  list(call) {
    const options = readOptions(call.request, ['select', 'filter', 'expand', 'top', 'count', 'skiptoken'])
    const write = writer(call, shape, options.select, options.expand)
    const { type, properties } = shape
    const passes =
      options.filter === undefined ? () => true : plainFilter(options.filter, type, byLowerCase(properties), shape)
    return plainPage(call, options, `${shape.set}${write.context}`, shape.items(call).filter(passes), write.json)
  },
  single(call) {
    const options = readOptions(call.request, ['select', 'expand'])
    const { value } = call.keys[0]!
    const write = writer(call, shape, options.select, options.expand)
    const found = shape.items(call).find(({ id }) => id === value)
    if (!found) throw faults.notFound(value)
    return entityReply(call.request.root, `${shape.set}${write.context}/$entity`, write.json(found))
  },
})

/** An expanded relation: its part of the context, and its value for an assignment as JSON text. */
interface Expanded {
  readonly relation: string
  readonly context: string
  json(assignment: Assignment): string
}

const writer = (
  call: Call,
  { type, properties }: RoleShape,
  select: string | undefined,
  expand: string | undefined,
) => {
  const known = byLowerCase(properties)
  const { names = properties, spelled } = plainSelect(select, type, known)
  const expanded = expand === undefined ? [] : split(expand).map(item => expandedOf(call, type, item))
  const shown = [...spelled, ...expanded.map(({ context }) => context)]
  return {
    context: shown.length === 0 ? '' : `(${shown.join(',')})`,
    json(assignment: Assignment): string {
      const own = names.map(name => `${JSON.stringify(name)}:${JSON.stringify(assignment[name])}`)
      const more = expanded.map(({ relation, json }) => `${JSON.stringify(relation)}:${json(assignment)}`)
      return `{${[...own, ...more].join(',')}}`
    },
  }
}

/** Splits at commas outside parentheses: `principal($select=id,displayName),roleDefinition`. */
const split = (expand: string): readonly string[] => expand.split(/,(?![^(]*\))/)

/**
 * A principal has all properties that a listing of its type can return. A nested `$select` is accepted and ignored. This was
 * captured from Graph, and the example in the documents also shows more than the default properties.
 *
 * @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/8876
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments
 */
const expandedOf = (call: Call, type: string, text: string): Expanded => {
  const expand = parsedExpand(text)
  const relation = ['principal', 'roleDefinition'].find(name => name.toLowerCase() === expand.relation.toLowerCase())
  if (/^(?:appScope|directoryScope|activatedUsing|targetSchedule)$/i.test(expand.relation))
    throw faults.notServed(`$expand=${expand.relation}`)
  if (!relation) throw faults.propertyUnknown(expand.relation, `microsoft.graph.${type}`)
  const select = expand.select?.join(',')
  if (relation === 'principal') {
    const context = `principal${selectContext(call.schema, select) || '()'}`
    const writers = new Map(
      kinds.map(kind => [kind, objectWriter(call, listableProperties(kind).join(','), 'direct')] as const),
    )
    return {
      relation,
      context,
      json({ principalId }) {
        const reference = call.directory.locate(principalId)
        return (reference && writers.get(reference.kind)?.(reference)) ?? 'null'
      },
    }
  }
  const definition = plainSelect(select, roleDefinitions.type, byLowerCase(roleDefinitions.properties ?? []))
  const definitions = new Map(roleDefinitions.items(call).map(one => [one.id, one]))
  return {
    relation,
    context: `roleDefinition(${definition.spelled.join(',')})`,
    json({ roleDefinitionId }) {
      const found = definitions.get(roleDefinitionId)
      if (!found || !definition.names) return JSON.stringify(found ?? null)
      return JSON.stringify(Object.fromEntries(definition.names.map(name => [name, found[name] ?? null])))
    },
  }
}
