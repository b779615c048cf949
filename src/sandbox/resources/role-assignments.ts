import { conflicting } from '../directory/assignment-faults.ts'
import { activeRoleId } from '../directory/assignment-ids.ts'
import { granting, newRole, type RoleGrant } from '../directory/role-links.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { readOptions } from './options.ts'
import { createdReply, noContent } from './replies.ts'
import { roleFaults } from './role-faults.ts'
import { bodyOf, grantIn, guidIn, isActive, revoking } from './role-grants.ts'
import { activeRoles } from './roles.ts'
import { written } from './schema.ts'

const set = 'roleManagement/directory/roleAssignments'

/** Answers `POST /roleManagement/directory/roleAssignments`. @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments */
export const createRoleAssignment: Handler = call => {
  readOptions(call.request, [])
  const body = bodyOf(call)
  const named = body['principalId']
  return {
    holds: typeof named === 'string' ? [named.toLowerCase()] : [],
    apply() {
      const grant = grantIn(call, body)
      if (isActive(call.directory, grant, 'truth')) throw conflicting()
      commit(call, granting(call.directory, grant))
      const { role, principal, scope } = grant
      const id = activeRoleId(role, principal.id, scope)
      const reply = { id, principalId: principal.id, directoryScopeId: scope, roleDefinitionId: role }
      return createdReply(call.request.root, set, id, JSON.stringify(reply))
    },
  }
}

/** Answers `DELETE /roleManagement/directory/roleAssignments/{id}`. @see https://learn.microsoft.com/graph/api/unifiedroleassignment-delete */
export const deleteRoleAssignment: Handler = call => {
  readOptions(call.request, [])
  const { value } = call.keys[0]!
  return {
    holds: principalIn(call, value),
    apply() {
      const { directory } = call
      const found = activeRoles(call).find(({ id }) => id === value)
      const principal = found && directory.locate(found.principalId)
      if (!found || !principal) throw faults.notFound(value)
      const removed: RoleGrant = { role: found.roleDefinitionId, principal, scope: String(found['directoryScopeId']) }
      if (!isActive(directory, removed, 'truth')) throw faults.notFound(value)
      commit(call, revoking(directory, removed))
      return noContent
    },
  }
}

const principalIn = (call: Call, id: string): readonly string[] =>
  activeRoles(call).flatMap(one => (one.id === id ? [one.principalId] : []))

/** Answers `POST /directoryRoles`: activates a role. @see https://learn.microsoft.com/graph/api/directoryrole-post-directoryroles */
export const activateRole: Handler = call => {
  readOptions(call.request, [])
  const template = guidIn(bodyOf(call), 'roleTemplateId')
  return {
    holds: [],
    apply() {
      const { directory, schema, request } = call
      if (!directory.directoryRoleTemplates.some(({ id }) => id === template)) throw roleFaults.roleUnknown(template)
      const roles = directory.collection('directoryRole')
      if (roles.find('roleTemplateId', template, 'truth')) throw conflicting()
      const id = directory.freshId()
      commit(call, [{ do: 'create', kind: 'directoryRole', values: { id, ...newRole(directory, template) } }])
      const columns = schema.columns('directoryRole', undefined, request.caller, 'single')
      return createdReply(request.root, 'directoryRoles', id, written(roles, roles.get(id, 'truth')!, columns))
    },
  }
}
