import { isGuid } from '../../core/guid.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import type { Decision, Finding, Looked, Operation, OperationContext } from '../../core/operation.ts'
import { decided, settleAssignment, settleUnassignment } from '../assignments/verdicts.ts'
import { noObject } from '../links/containers.ts'
import { expectOnly, textOf } from '../values/expect.ts'
import { misfitRole, noRole, principalTypes, roleIdOf, type AppRoleBefore, type AppRoleRow } from './app-role.ts'
import { readAppRoles, resourcesSeen } from './read.ts'

type AppRoleOperation = Operation<AppRoleRow, AppRoleBefore>

const { keyed } = objectKinds.servicePrincipal

const common = (kind: string) =>
  ({
    kind,
    changes: 'servicePrincipal',
    columns: {
      names: {
        resource: {
          as: 'servicePrincipal',
          captions: ['resourceId', 'resourceName', 'servicePrincipal', ...Object.keys(keyed)],
          keyed,
          about: 'The service principal of the application that has the role: id, appId or name.',
        },
        principal: {
          as: 'object',
          captions: ['principalId', 'member', 'user', 'group', 'userPrincipalName', 'upn', 'objectId', 'id', 'mail'],
          about: 'Who gets the role: the id of a user, group or service principal, or a user principal name or mail.',
        },
      },
      options: { role: { type: 'String' } },
    },
    accept(value) {
      expectOnly(value, ['resource', 'role', 'principal'], kind)
      const isNamed = value['role'] !== undefined && value['role'] !== null && value['role'] !== ''
      return {
        resource: textOf(value, 'resource', 'the id, appId or name of a service principal'),
        role: isNamed ? textOf(value, 'role', 'the value, name or id of an app role') : noRole,
        principal: textOf(value, 'principal', 'the id or user principal name of who gets the role'),
      }
    },
    named: ({ resource, principal }) => [
      { as: 'servicePrincipal', name: resource },
      { as: 'object', name: principal },
    ],
    resolved: (value, [resource, principal]) => ({ ...value, resource: resource!, principal: principal! }),
    completed: withRoleIds,
    about: ({ resource, role, principal }) => `${resource}/approles/${role}/${principal}`.toLowerCase(),
    ordered: true,
    locks: ({ principal }) => [principal.toLowerCase()],
    repeat: () => 'refused',
  }) as const satisfies Partial<AppRoleOperation>

/** Roles are named by id from intake on, so that one role by value and by id is the same to repeats and undo. */
const withRoleIds = async (
  values: readonly AppRoleRow[],
  context: OperationContext,
): Promise<readonly ({ readonly value: AppRoleRow } | Finding)[]> => {
  const named = values.filter(({ resource, role }) => isGuid(resource) && !isGuid(role))
  const resources = await resourcesSeen(named, context)
  return values.map(value => {
    const found = isGuid(value.role) ? undefined : resources.get(value.resource)
    const role = found ? roleIdOf(found, value.role) : isGuid(value.role) ? value.role.toLowerCase() : value.role
    return typeof role === 'string' ? { value: { ...value, role } } : role
  })
}

/** With the role by id. */
const byId = (value: AppRoleRow, { role = value.role }: Partial<AppRoleBefore>): AppRoleRow => ({ ...value, role })

const noResource = (id: string): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No service principal has the id ${id}.`,
  fix: 'Correct the resource. It may have been deleted.',
})

const look = async (
  values: readonly AppRoleRow[],
  wanted: boolean,
  context: OperationContext,
): Promise<readonly Looked<AppRoleBefore>[]> => {
  const { resources, types, assignmentOf } = await readAppRoles(values, context)
  return values.map((value): Looked<AppRoleBefore> => {
    const { principal } = value
    const resource = resources.get(value.resource)
    if (!resource) return noResource(value.resource)
    const type = types.get(principal)
    if (type === undefined) return noObject(principal)
    const role = roleIdOf(resource, value.role)
    if (typeof role !== 'string') return role
    const assignment = assignmentOf(principal, value.resource, role) ?? null
    const name = String(resource['displayName'] ?? resource.id)
    if ((assignment !== null) === wanted)
      return {
        outcome: 'unchanged',
        id: principal,
        message: wanted ? `Already has this role of ${name}.` : `Does not have this role of ${name}.`,
      }
    if (wanted && type !== 'unreadable' && !(type in principalTypes))
      return {
        outcome: 'failed',
        code: 'TYPE_NOT_ALLOWED',
        message: `The object is of type ${type}, which cannot have app roles.`,
        fix: `Use an object of one of these types: ${Object.keys(principalTypes).join(', ')}.`,
      }
    return (wanted ? misfitRole(resource, role, type) : undefined) ?? { send: { assigned: !wanted, assignment, role } }
  })
}

const decide = async (
  rows: Parameters<AppRoleOperation['decide']>[0],
  wanted: boolean,
  context: OperationContext,
): Promise<readonly Decision[]> => {
  const { resources, types, assignmentOf } = await readAppRoles(
    rows.map(({ value }) => value),
    context,
  )
  const isThere = ({ resource, principal }: AppRoleRow): boolean => resources.has(resource) && types.has(principal)
  return rows.map(row => {
    const { value, before } = row
    const has = assignmentOf(value.principal, value.resource, before.role) !== undefined
    return decided(row, isThere(value) ? has === wanted : undefined)
  })
}

const listOf = ({ resource }: AppRoleRow): string => `/servicePrincipals/${resource}/appRoleAssignedTo`

/** Assigns app roles. */
export const assigning: AppRoleOperation = {
  ...common('assign-app-role'),
  title: 'Assign app roles',
  // A privileged permission is given with consent only.
  touches: (_, { role }) => [role],
  look: (values, context) => look(values, true, context),
  request: ([row]) => ({
    method: 'POST',
    url: listOf(row!.value),
    body: { principalId: row!.value.principal, resourceId: row!.value.resource, appRoleId: row!.before.role },
  }),
  settle: settleAssignment,
  decide: (rows, context) => decide(rows, true, context),
  inverse: (value, before) => ({ kind: 'unassign-app-role', value: byId(value, before), expected: { assigned: true } }),
}

/** Takes app roles. */
export const unassigning: AppRoleOperation = {
  ...common('unassign-app-role'),
  title: 'Unassign app roles',
  onlyTakes: true,
  look: (values, context) => look(values, false, context),
  removal: () => 'remove',
  removesFrom: listOf,
  touches: ({ principal }, { role }) => [principal, role],
  request: ([row]) => ({ method: 'DELETE', url: `${listOf(row!.value)}/${row!.before.assignment}` }),
  settle: settleUnassignment,
  decide: (rows, context) => decide(rows, false, context),
  inverse: (value, before) => ({ kind: 'assign-app-role', value: byId(value, before), expected: { assigned: false } }),
}
