import type { Context } from '../core/context.ts'
import { given } from '../core/given.ts'
import { isFields, type Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, someText } from '../data/expect-options.ts'
import { collection } from './graph/collection.ts'
import { typed } from './graph/directory-listing.ts'
import type { Entity } from './graph/listing.ts'
import { typeIn } from './graph/related-row.ts'

/** Options of `roleAssignments`. */
export interface RoleAssignmentsOptions {
  /** Only assignments that match, such as those of a role: `roleDefinitionId eq '…'`. */
  readonly filter?: string
}

/** Columns of a role assignment. */
export const roleAssignmentColumns = [
  'id',
  'roleDefinitionId',
  'roleName',
  'principalId',
  'principalType',
  'principalDisplayName',
  'principalUserPrincipalName',
  'directoryScopeId',
] as const

/**
 * Lists active assignments of directory roles: a row for each, with the name of the role and of the principal. Eligible assignments are not
 * among them.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID` or `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments
 */
export const roleAssignments = (options: RoleAssignmentsOptions = {}): Source<Fields> => {
  expectOptions('roleAssignments', options, { filter: someText })
  // Microsoft does not document a page size of this collection.
  const source = collection<Entity>(
    'role-assignments',
    typed({
      path: '/roleManagement/directory/roleAssignments',
      type: 'unifiedRoleAssignment',
      expand: 'principal',
      paged: false,
      ...given({ filter: options.filter }),
    }),
  )
  return {
    ...source,
    columns: () => ({ names: roleAssignmentColumns, closed: true }),
    async *read(ctx, ...at) {
      const roles = await roleNames(ctx)
      for await (const page of source.read(ctx, ...at))
        yield { ...page, rows: page.rows.map(({ key, value }) => ({ key, value: rowOf(value, roles) })) }
    },
  }
}

/** Names of roles by their ids. A built-in role is also named by the id of its template. */
const roleNames = async (ctx: Context): Promise<ReadonlyMap<unknown, unknown>> => {
  const names = new Map<unknown, unknown>()
  const link = '/roleManagement/directory/roleDefinitions?$select=id,templateId,displayName'
  for await (const { values } of ctx.graph.pages<Fields>(link, { signal: ctx.signal }))
    for (const { id, templateId, displayName } of values) names.set(templateId, displayName).set(id, displayName)
  return names
}

const rowOf = (assignment: Entity, roles: ReadonlyMap<unknown, unknown>): Fields => {
  const principal: Fields = isFields(assignment['principal']) ? assignment['principal'] : {}
  return {
    id: assignment.id,
    roleDefinitionId: assignment['roleDefinitionId'] ?? null,
    roleName: roles.get(assignment['roleDefinitionId']) ?? null,
    principalId: assignment['principalId'] ?? null,
    principalType: typeIn(principal as Entity),
    principalDisplayName: principal['displayName'] ?? null,
    principalUserPrincipalName: principal['userPrincipalName'] ?? null,
    directoryScopeId: assignment['directoryScopeId'] ?? null,
  }
}
