import type { Entity } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { faults } from './faults.ts'
import { compileFilter } from '../../odata/compile-filter.ts'
import { propertiesOf } from '../../odata/ast.ts'
import { parsedFilter } from './filter.ts'
import { guidBytes } from './guid-bytes.ts'
import { objectWriter } from './object-writer.ts'
import { pageSize, readOptions } from './options.ts'
import { pageReply } from './paging.ts'
import { allOf, type Plain } from './plain-list.ts'
import { everyOne } from './relations.ts'
import { entityReply } from './replies.ts'
import { parsedSelect } from './schema.ts'

/** Built-in roles: their id is the template's. */
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

/** An assignment for each member of an activated role, tenant-wide. */
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

/** As Microsoft makes it: both GUIDs' bytes in base64url, and `-1`. */
const assignmentId = (role: string, principal: string): string =>
  `${Buffer.concat([guidBytes(role), guidBytes(principal)]).toString('base64url')}-1`

const properties = ['id', 'principalId', 'directoryScopeId', 'roleDefinitionId']
const set = 'roleManagement/directory/roleAssignments'

/** Answers `GET /roleManagement/directory/roleAssignments`. */
export const listAssignments: Handler = call => {
  const options = readOptions(call.request, ['select', 'filter', 'expand', 'top', 'count', 'skiptoken'])
  const write = writer(call, options.select, options.expand)
  const filter = options.filter === undefined ? undefined : parsedFilter(options.filter)
  for (const name of filter ? propertiesOf(filter) : [])
    if (!properties.includes(name)) throw faults.filterProperty(name, 'microsoft.graph.unifiedRoleAssignment')
  const passes = filter ? compileFilter<Entity>(filter) : () => true
  const items = assignments(call).filter(passes)
  return pageReply(
    call,
    {
      context: `${set}${write.context}`,
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

/** Answers `GET /roleManagement/directory/roleAssignments/{id}`. */
export const singleAssignment: Handler = call => {
  const options = readOptions(call.request, ['select', 'expand'])
  const { value } = call.keys[0]!
  const write = writer(call, options.select, options.expand)
  const found = assignments(call).find(({ id }) => id === value)
  if (!found) throw faults.notFound(value)
  return entityReply(call.request.root, `${set}${write.context}/$entity`, write.json(found))
}

const writer = (call: Call, select: string | undefined, expand: string | undefined) => {
  const names = select === undefined ? properties : parsedSelect(select)
  for (const name of names)
    if (!properties.includes(name)) throw faults.propertyUnknown(name, 'microsoft.graph.unifiedRoleAssignment')
  if (expand !== undefined && expand !== 'principal' && expand !== 'roleDefinition')
    throw faults.propertyUnknown(expand, 'microsoft.graph.unifiedRoleAssignment')
  const principal = objectWriter(call, undefined, 'direct')
  const expanded = (assignment: Assignment): string => {
    if (expand === 'principal') {
      const reference = call.directory.locate(assignment.principalId)
      return `,"principal":${(reference && principal(reference)) ?? 'null'}`
    }
    const role = roleDefinitions.items(call).find(({ id }) => id === assignment.roleDefinitionId)
    return expand === 'roleDefinition' ? `,"roleDefinition":${JSON.stringify(role ?? null)}` : ''
  }
  const shown = [...(select === undefined ? [] : names), ...(expand === undefined ? [] : [`${expand}()`])]
  return {
    context: shown.length === 0 ? '' : `(${shown.join(',')})`,
    json(assignment: Assignment): string {
      const json = JSON.stringify(Object.fromEntries(names.map(name => [name, assignment[name]])))
      return `${json.slice(0, -1)}${expanded(assignment)}}`
    },
  }
}
