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
  ...rolesWhen('to protect privileged apps, and owners that hold a privileged role'),
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
/** Links of one kind that commands change. */
interface Links {
  readonly path: string
  readonly needs: readonly Need[]
  /** The request that adds one. @default `POST` to `$ref` */
  readonly adds?: string
}

/** The entry of a command that adds links, removes them, or does both: `sync` has no operation of its own. */
const ofLinks = (operation: string, kind: string | undefined, { path, needs, adds }: Links): OperationPermissions => {
  const isAdding = kind === undefined || kind.startsWith('add')
  const isRemoving = kind === undefined || !isAdding
  return {
    operation,
    ...(kind !== undefined && { kind }),
    requests: [
      ...(isAdding ? [adds ?? `POST ${path}/$ref`] : []),
      ...(isRemoving ? [`DELETE ${path}/{id}/$ref`] : []),
      `GET ${path}`,
      ...(isRemoving ? [`GET ${path}/$count`] : []),
      'POST /directoryObjects/getByIds',
    ],
    needs,
  }
}

const members: Links = { path: '/groups/{id}/members', needs: writeMembers, adds: 'PATCH /groups/{id}' }
const owners: Links = { path: '/groups/{id}/owners', needs: writeOwners, adds: 'PATCH /groups/{id}' }
const appOwners: Links = { path: '/applications/{id}/owners', needs: writeAppOwners }
const servicePrincipalOwners: Links = { path: '/servicePrincipals/{id}/owners', needs: writeAppOwners }
const unitMembers: Links = { path: '/directory/administrativeUnits/{id}/members', needs: writeUnitMembers }

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
/** @param change the request that makes the change */
const ofAppRoles = (verb: 'assign' | 'unassign', change: string): OperationPermissions => ({
  operation: `app-roles ${verb}`,
  kind: `${verb}-app-role`,
  requests: [change, 'GET /servicePrincipals/{id}/appRoleAssignedTo', 'GET /users/{id}/appRoleAssignments'],
  needs: writeAppRoles(verb),
})

const directoryRoles = '/roleManagement/directory'
const roleReads = [`GET ${directoryRoles}/roleDefinitions/{id}`, 'POST /directoryObjects/getByIds']

const ofRoles = (verb: 'assign' | 'unassign', change: string): OperationPermissions => ({
  operation: `roles ${verb}`,
  kind: `${verb}-role`,
  requests: [change, `GET ${directoryRoles}/roleAssignments`, ...roleReads],
  needs: writeRoles('RoleManagement.ReadWrite.Directory'),
})

/** @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignmentschedulerequests */
const timedRoles = {
  requests: [
    `POST ${directoryRoles}/roleAssignmentScheduleRequests`,
    `GET ${directoryRoles}/roleAssignmentSchedules`,
    `GET ${directoryRoles}/roleAssignmentScheduleRequests`,
    ...roleReads,
  ],
  needs: writeRoles('RoleAssignmentSchedule.ReadWrite.Directory'),
} as const

const ofEligibleRoles = (verb: 'assign' | 'unassign'): OperationPermissions => ({
  operation: `roles ${verb} --eligible`,
  kind: `${verb}-eligible-role`,
  requests: [
    `POST ${directoryRoles}/roleEligibilityScheduleRequests`,
    `GET ${directoryRoles}/roleEligibilitySchedules`,
    `GET ${directoryRoles}/roleEligibilityScheduleRequests`,
    ...roleReads,
  ],
  needs: writeRoles('RoleEligibilitySchedule.ReadWrite.Directory'),
})

/** Commands that add and remove links, and assign roles. */
export const linkPermissions: readonly OperationPermissions[] = [
  ofLinks('members add', 'add-member', members),
  ofLinks('members remove', 'remove-member', members),
  ofLinks('members sync', undefined, members),
  ofLinks('owners add', 'add-owner', owners),
  ofLinks('owners remove', 'remove-owner', owners),
  ofLinks('owners sync', undefined, owners),
  ofLinks('owners add --app', 'add-app-owner', appOwners),
  ofLinks('owners remove --app', 'remove-app-owner', appOwners),
  ofLinks('owners add --service-principal', 'add-service-principal-owner', servicePrincipalOwners),
  ofLinks('owners remove --service-principal', 'remove-service-principal-owner', servicePrincipalOwners),
  ofLinks('admin-units add', 'add-unit-member', unitMembers),
  ofLinks('admin-units remove', 'remove-unit-member', unitMembers),
  ofAppRoles('assign', 'POST /servicePrincipals/{id}/appRoleAssignedTo'),
  ofAppRoles('unassign', 'DELETE /servicePrincipals/{id}/appRoleAssignedTo/{id}'),
  ofRoles('assign', `POST ${directoryRoles}/roleAssignments`),
  ofRoles('unassign', `DELETE ${directoryRoles}/roleAssignments/{id}`),
  ofEligibleRoles('assign'),
  ofEligibleRoles('unassign'),
  { operation: 'onboard --role-until', kind: 'assign-timed-role', ...timedRoles },
  { operation: 'offboard --remove-roles', kind: 'unassign-timed-role', ...timedRoles },
]
