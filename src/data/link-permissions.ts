import {
  everything,
  readApplications,
  readHidden,
  readName,
  readPeople,
  rolesWhen,
  writeAssignable,
  writeGroups,
  type Need,
  type OperationPermissions,
} from './needs.ts'

/** @see https://learn.microsoft.com/graph/api/directoryobject-getbyids */
const readTypes: Need = {
  anyOf: ['Directory.Read.All'],
  when: 'to check 1,000 ids in a request, instead of each alone',
}

/**
 * Graph demands a permission for each type of member.
 *
 * @see https://learn.microsoft.com/graph/api/group-post-members
 * @see https://learn.microsoft.com/graph/api/group-delete-members
 */
const writeMembers: readonly Need[] = [
  { anyOf: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All', everything], writes: true },
  readPeople,
  {
    anyOf: ['Device.ReadWrite.All'],
    when: 'when devices are members',
    delegated: 'Directory.AccessAsUser.All',
    writes: true,
  },
  { anyOf: ['Application.ReadWrite.All'], when: 'when service principals are members', writes: true },
  { anyOf: ['OrgContact.Read.All'], when: 'when organizational contacts are members' },
  writeAssignable,
  readHidden,
  readTypes,
  ...rolesWhen('to protect members and groups that hold a privileged role'),
  readName,
]
/** @see https://learn.microsoft.com/graph/api/group-post-owners */
const writeOwners: readonly Need[] = [
  writeGroups,
  readPeople,
  { ...readApplications, when: 'when service principals are owners' },
  writeAssignable,
  readTypes,
  ...rolesWhen('to protect owners and groups that hold a privileged role'),
  readName,
]
/** @see https://learn.microsoft.com/graph/api/application-post-owners */
const writeAppOwners: readonly Need[] = [
  { anyOf: ['Application.ReadWrite.All', everything], writes: true },
  { anyOf: ['Directory.Read.All', everything] },
  readPeople,
  ...rolesWhen('to protect owners that hold a privileged role'),
  readName,
]
/** @see https://learn.microsoft.com/graph/api/administrativeunit-post-members */
const writeUnitMembers: readonly Need[] = [
  { anyOf: ['AdministrativeUnit.ReadWrite.All'], writes: true },
  { anyOf: ['AdministrativeUnit.Read.All', 'AdministrativeUnit.ReadWrite.All', 'Directory.Read.All'] },
  readPeople,
  readHidden,
  readTypes,
  ...rolesWhen('to protect members that hold a privileged role'),
  readName,
]
const ofLinks = (operation: string, kind: string, needs: readonly Need[], path: string): OperationPermissions => ({
  operation,
  kind,
  requests: [
    kind.startsWith('add') ? `POST ${path}/$ref` : `DELETE ${path}/{id}/$ref`,
    `GET ${path}`,
    ...(kind.startsWith('add') ? [] : [`GET ${path}/$count`]),
    'POST /directoryObjects/getByIds',
  ],
  needs,
})
/** @see https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto */
const writeAppRoles = (verb: 'assign' | 'unassign'): readonly Need[] => [
  { anyOf: ['AppRoleAssignment.ReadWrite.All'], writes: true },
  readApplications,
  { anyOf: ['Directory.Read.All', everything], when: 'to read the app roles of users and groups' },
  readPeople,
  ...(verb === 'unassign' ? rolesWhen('to protect who holds a privileged role') : []),
  readName,
]
/** @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments */
const writeRoles = (permission: string): readonly Need[] => [
  { anyOf: [permission, 'RoleManagement.ReadWrite.Directory'], writes: true },
  { anyOf: ['RoleManagement.Read.Directory', 'RoleManagement.ReadWrite.Directory', 'RoleManagement.Read.All'] },
  readPeople,
  {
    anyOf: ['AdministrativeUnit.Read.All', 'AdministrativeUnit.ReadWrite.All', 'Directory.Read.All'],
    when: 'for roles in an administrative unit',
  },
  readTypes,
  ...rolesWhen('to protect who holds a privileged role'),
  readName,
]
const roleReads = ['GET /roleManagement/directory/roleDefinitions/{id}', 'POST /directoryObjects/getByIds']
const eligible = 'RoleEligibilitySchedule.ReadWrite.Directory'
const eligibleRequests: OperationPermissions['requests'] = [
  'POST /roleManagement/directory/roleEligibilityScheduleRequests',
  'GET /roleManagement/directory/roleEligibilitySchedules',
  ...roleReads,
]

/** Commands that add and remove links, and assign roles. */
export const linkPermissions: readonly OperationPermissions[] = [
  {
    operation: 'members add',
    kind: 'add-member',
    requests: ['PATCH /groups/{id}', 'GET /groups/{id}/members', 'POST /directoryObjects/getByIds'],
    needs: writeMembers,
  },
  {
    operation: 'members remove',
    kind: 'remove-member',
    requests: [
      'DELETE /groups/{id}/members/{id}/$ref',
      'GET /groups/{id}/members',
      'GET /groups/{id}/members/$count',
      'POST /directoryObjects/getByIds',
    ],
    needs: writeMembers,
  },
  {
    operation: 'members sync',
    requests: [
      'PATCH /groups/{id}',
      'DELETE /groups/{id}/members/{id}/$ref',
      'GET /groups/{id}/members',
      'GET /groups/{id}/members/$count',
      'POST /directoryObjects/getByIds',
    ],
    needs: writeMembers,
  },
  {
    operation: 'owners add',
    kind: 'add-owner',
    requests: ['PATCH /groups/{id}', 'GET /groups/{id}/owners', 'POST /directoryObjects/getByIds'],
    needs: writeOwners,
  },
  {
    operation: 'owners remove',
    kind: 'remove-owner',
    requests: [
      'DELETE /groups/{id}/owners/{id}/$ref',
      'GET /groups/{id}/owners',
      'GET /groups/{id}/owners/$count',
      'POST /directoryObjects/getByIds',
    ],
    needs: writeOwners,
  },
  {
    operation: 'owners sync',
    requests: [
      'PATCH /groups/{id}',
      'DELETE /groups/{id}/owners/{id}/$ref',
      'GET /groups/{id}/owners',
      'GET /groups/{id}/owners/$count',
      'POST /directoryObjects/getByIds',
    ],
    needs: writeOwners,
  },
  ofLinks('owners add --app', 'add-app-owner', writeAppOwners, '/applications/{id}/owners'),
  ofLinks('owners remove --app', 'remove-app-owner', writeAppOwners, '/applications/{id}/owners'),
  ofLinks(
    'owners add --service-principal',
    'add-service-principal-owner',
    writeAppOwners,
    '/servicePrincipals/{id}/owners',
  ),
  ofLinks(
    'owners remove --service-principal',
    'remove-service-principal-owner',
    writeAppOwners,
    '/servicePrincipals/{id}/owners',
  ),
  ofLinks('admin-units add', 'add-unit-member', writeUnitMembers, '/directory/administrativeUnits/{id}/members'),
  ofLinks('admin-units remove', 'remove-unit-member', writeUnitMembers, '/directory/administrativeUnits/{id}/members'),
  {
    operation: 'app-roles assign',
    kind: 'assign-app-role',
    requests: [
      'POST /servicePrincipals/{id}/appRoleAssignedTo',
      'GET /servicePrincipals/{id}/appRoleAssignedTo',
      'GET /users/{id}/appRoleAssignments',
    ],
    needs: writeAppRoles('assign'),
  },
  {
    operation: 'app-roles unassign',
    kind: 'unassign-app-role',
    requests: [
      'DELETE /servicePrincipals/{id}/appRoleAssignedTo/{id}',
      'GET /servicePrincipals/{id}/appRoleAssignedTo',
      'GET /users/{id}/appRoleAssignments',
    ],
    needs: writeAppRoles('unassign'),
  },
  {
    operation: 'roles assign',
    kind: 'assign-role',
    requests: [
      'POST /roleManagement/directory/roleAssignments',
      'GET /roleManagement/directory/roleAssignments',
      ...roleReads,
    ],
    needs: writeRoles('RoleManagement.ReadWrite.Directory'),
  },
  {
    operation: 'roles unassign',
    kind: 'unassign-role',
    requests: [
      'DELETE /roleManagement/directory/roleAssignments/{id}',
      'GET /roleManagement/directory/roleAssignments',
      ...roleReads,
    ],
    needs: writeRoles('RoleManagement.ReadWrite.Directory'),
  },
  {
    operation: 'roles assign --eligible',
    kind: 'assign-eligible-role',
    requests: eligibleRequests,
    needs: writeRoles(eligible),
  },
  {
    operation: 'roles unassign --eligible',
    kind: 'unassign-eligible-role',
    requests: eligibleRequests,
    needs: writeRoles(eligible),
  },
]
