import type { AssignmentOf } from '../directory/assignment-types.ts'
import { noRole } from '../directory/grants.ts'
import type { Directory, Entity, Kind } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { appRoleFaults } from './app-role-faults.ts'
import { faults } from './faults.ts'
import { appRoleEntity, type GrantedRelation } from './granted.ts'
import { targetOf } from './link-target.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { createdReply, noContent } from './replies.ts'
import { bodyOf, guidIn } from './role-grants.ts'

/** How the types of principals are named in `allowedMemberTypes`. Groups get the roles of people. */
const memberTypes: Readonly<Partial<Record<Kind, string>>> = {
  user: 'User',
  group: 'User',
  servicePrincipal: 'Application',
}

interface AppRole {
  readonly id: string
  readonly isEnabled: boolean
  readonly allowedMemberTypes: readonly string[]
}

/** @throws GraphFault unless the resource has the role for principals of this kind */
const checkRole = (resource: Entity, role: string, kind: Kind): void => {
  const declared = (resource['appRoles'] ?? []) as readonly AppRole[]
  const type = memberTypes[kind]!
  const open = declared.filter(({ isEnabled, allowedMemberTypes }) => isEnabled && allowedMemberTypes.includes(type))
  if (role === noRole ? open.length > 0 : open.every(({ id }) => id !== role))
    throw appRoleFaults.notFound(String(resource['appId']))
}

/**
 * Answers `POST` of `appRoleAssignments` of a principal, and of `appRoleAssignedTo` of a resource.
 *
 * @see https://learn.microsoft.com/graph/api/user-post-approleassignments
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
 */
export const assignAppRole =
  (kind: Kind, relation: GrantedRelation): Handler =>
  call => {
    readOptions(call.request, [])
    const body = bodyOf(call)
    const [principalId, resourceId, role] = ['principalId', 'resourceId', 'appRoleId'].map(name => guidIn(body, name))
    const path = lookUp(call, kind, call.keys[0]!)
    if (path.id !== (relation === 'appRoleAssignedTo' ? resourceId : principalId)) throw appRoleFaults.notReference()
    return {
      holds: [principalId!],
      apply() {
        const { directory } = call
        const principal = targetOf(call, { kind: undefined, key: { value: principalId! } })
        if (!memberTypes[principal.kind]) throw appRoleFaults.principalType()
        const resource = lookUp(call, 'servicePrincipal', { value: resourceId! })
        checkRole(resource, role!, principal.kind)
        const of: AssignmentOf = { family: 'appRoles', principal, of: resource.id, within: role! }
        commit(call, [{ do: 'assign', ...principal, family: of.family, of: of.of, within: of.within }])
        const made = directory.assignment(of, 'truth')!
        const set =
          relation === 'appRoleAssignedTo' ? `servicePrincipals('${resource.id}')/appRoleAssignedTo` : relation
        return createdReply(call.request.root, set, made.id, JSON.stringify(appRoleEntity(directory, made)))
      },
    }
  }

/**
 * Answers `DELETE` of one assignment.
 *
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-delete-approleassignedto
 */
export const removeAppRole =
  (kind: Kind, relation: GrantedRelation): Handler =>
  call => {
    readOptions(call.request, [])
    const { id } = lookUp(call, kind, call.keys[0]!)
    const { value } = call.keys[1]!
    const held = named(call, id, relation)
    return {
      holds: held ? [held.principal.id] : [],
      apply() {
        const found = named(call, id, relation)
        if (!found) throw faults.notFound(value)
        const { principal, family, of, within } = found
        commit(call, [{ do: 'unassign', ...principal, family, of, within }])
        return noContent
      },
    }
  }

/** The assignment that a path names, among those of the principal itself or of the resource. */
const named = ({ directory, keys }: Call, id: string, relation: GrantedRelation): ReturnType<Directory['assignment']> =>
  directory
    .assignments({ family: 'appRoles', ...(relation === 'appRoleAssignedTo' ? { of: id } : { principal: id }) })
    .find(each => each.id === keys[1]!.value)
