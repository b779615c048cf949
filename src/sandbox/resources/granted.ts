import type { Directory, Entity, Kind } from '../directory/types.ts'

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
  const all = directory.appRoleAssignments
  if (relation === 'appRoleAssignedTo') return all.filter(one => one['resourceId'] === id)
  const groups = kind === 'user' ? directory.memberOf({ kind, id }).filter(one => one.kind === 'group') : []
  const holders = new Set([id, ...groups.map(group => group.id)])
  return all.filter(one => holders.has(String(one['principalId'])))
}
