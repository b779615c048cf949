import type { Assignment } from '../directory/assignment-types.ts'
import type { Directory, Entity, Kind, Reference } from '../directory/types.ts'

/** App roles assigned to an object, and assignments of its own app roles. */
export type GrantedRelation = 'appRoleAssignments' | 'appRoleAssignedTo'

/** @see https://learn.microsoft.com/graph/api/resources/approleassignment */
export const appRoleProperties: readonly string[] = [
  'id',
  'deletedDateTime',
  'appRoleId',
  'createdDateTime',
  'principalDisplayName',
  'principalId',
  'principalType',
  'resourceDisplayName',
  'resourceId',
]

/** Returns the relation of that name, ignoring case, if objects of the kind have it. */
export const grantedRelation = (kind: Kind, name: string): GrantedRelation | undefined => {
  const lower = name.toLowerCase()
  if (lower === 'approleassignments' && ['user', 'group', 'servicePrincipal'].includes(kind))
    return 'appRoleAssignments'
  return lower === 'approleassignedto' && kind === 'servicePrincipal' ? 'appRoleAssignedTo' : undefined
}

const types = { user: 'User', group: 'Group', servicePrincipal: 'ServicePrincipal' } as const

/** An assignment of an app role as Graph returns it. */
export const appRoleEntity = (directory: Directory, { id, principal, of, within, values }: Assignment): Entity => {
  const nameOf = ({ kind, id }: Reference): unknown => directory.collection(kind).get(id)?.['displayName'] ?? null
  return {
    id,
    deletedDateTime: null,
    appRoleId: within,
    createdDateTime: values['createdDateTime'],
    principalDisplayName: nameOf(principal),
    principalId: principal.id,
    principalType: types[principal.kind as keyof typeof types],
    resourceDisplayName: nameOf({ kind: 'servicePrincipal', id: of }),
    resourceId: of,
  }
}

/**
 * Returns the app roles of an object. A user also has those of the groups of which it is a direct member.
 *
 * @see https://learn.microsoft.com/graph/api/user-list-approleassignments
 */
export const appRolesOf = (
  directory: Directory,
  kind: Kind,
  id: string,
  relation: GrantedRelation,
): readonly Entity[] => {
  const family = 'appRoles'
  const groups =
    kind === 'user' && relation === 'appRoleAssignments'
      ? directory.memberOf({ kind, id }).filter(one => one.kind === 'group')
      : []
  const found =
    relation === 'appRoleAssignedTo'
      ? directory.assignments({ family, of: id })
      : [id, ...groups.map(group => group.id)].flatMap(principal => directory.assignments({ family, principal }))
  return found.map(assignment => appRoleEntity(directory, assignment))
}
