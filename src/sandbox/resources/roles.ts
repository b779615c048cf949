import { listableProperties } from '../../data/listing.ts'
import { guidBytes } from '../directory/guid-bytes.ts'
import type { Entity } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { parsedExpand } from './expand.ts'
import { faults } from './faults.ts'
import { objectWriter } from './object-writer.ts'
import { readOptions } from './options.ts'
import { plainFilter } from './plain-filter.ts'
import { allOf, plainPage, type Plain } from './plain-list.ts'
import { byLowerCase, plainSelect } from './plain-select.ts'
import { everyOne } from './relations.ts'
import { entityReply } from './replies.ts'
import { selectContext } from './schema.ts'
import { kinds } from './type-facts.ts'

/** The built-in roles. Their id is that of the template. */
export const roleDefinitions: Plain = {
  type: 'unifiedRoleDefinition',
  set: 'roleManagement/directory/roleDefinitions',
  properties: [
    'id',
    'description',
    'displayName',
    'isBuiltIn',
    'isEnabled',
    'resourceScopes',
    'rolePermissions',
    'templateId',
    'version',
  ],
  filter: ['id', 'displayName', 'isBuiltIn', 'templateId'],
  startsWith: ['displayName'],
  paged: true,
  items: ({ directory }) =>
    directory.directoryRoleTemplates.map(({ id, description, displayName }) => ({
      id,
      description,
      displayName,
      isBuiltIn: true,
      isEnabled: true,
      resourceScopes: ['/'],
      rolePermissions: [{ allowedResourceActions: [], condition: null }],
      templateId: id,
      version: '1',
    })),
}

interface Assignment extends Entity {
  readonly principalId: string
  readonly roleDefinitionId: string
}

/** Returns a tenant-wide assignment for each member of an activated role. */
const assignments = (call: Call): readonly Assignment[] =>
  allOf(call.directory.collection('directoryRole')).flatMap(role => {
    const template = String(role['roleTemplateId'])
    const members = call.relations({ kind: 'directoryRole', id: role.id }, 'members', 'direct')
    return [...everyOne(members)].map(({ id }) => ({
      id: assignmentId(template, id),
      principalId: id,
      directoryScopeId: '/',
      roleDefinitionId: template,
    }))
  })

/** As in Graph: the bytes of both GUIDs in base64url, and `-1`. */
const assignmentId = (role: string, principal: string): string =>
  `${Buffer.concat([guidBytes(role), guidBytes(principal)]).toString('base64url')}-1`

const type = 'unifiedRoleAssignment'
const properties = ['id', 'principalId', 'directoryScopeId', 'roleDefinitionId']
const known = byLowerCase(properties)
const set = 'roleManagement/directory/roleAssignments'
/** @see https://learn.microsoft.com/graph/api/resources/unifiedroleassignment */
const rules = { filter: ['id', 'principalId', 'directoryScopeId', 'roleDefinitionId'] }

/** Answers `GET /roleManagement/directory/roleAssignments`. */
export const listAssignments: Handler = call => {
  const options = readOptions(call.request, ['select', 'filter', 'expand', 'top', 'count', 'skiptoken'])
  const write = writer(call, options.select, options.expand)
  const passes = options.filter === undefined ? () => true : plainFilter(options.filter, type, known, rules)
  return plainPage(call, options, `${set}${write.context}`, assignments(call).filter(passes), write.json)
}

/** Answers `GET /roleManagement/directory/roleAssignments/{id}`. */
export const singleAssignment: Handler = call => {
  const options = readOptions(call.request, ['select', 'expand'])
  const { value } = call.keys[0]!
  const write = writer(call, options.select, options.expand)
  const found = assignments(call).find(({ id }) => id === value)
  if (!found) throw faults.notFound(value)
  return entityReply(call.request.root, `${set}${write.context}/$entity`, write.json(found))
}

/** An expanded relation: its part of the context, and its value for an assignment as JSON text. */
interface Expanded {
  readonly relation: string
  readonly context: string
  json(assignment: Assignment): string
}

const writer = (call: Call, select: string | undefined, expand: string | undefined) => {
  const { names = properties, spelled } = plainSelect(select, type, known)
  const expanded = expand === undefined ? [] : split(expand).map(item => expandedOf(call, item))
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
const expandedOf = (call: Call, text: string): Expanded => {
  const expand = parsedExpand(text)
  const relation = ['principal', 'roleDefinition'].find(name => name.toLowerCase() === expand.relation.toLowerCase())
  if (/^(?:appScope|directoryScope)$/i.test(expand.relation)) throw faults.notServed(`$expand=${expand.relation}`)
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
