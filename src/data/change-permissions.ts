import {
  readUsers,
  readGroups,
  readMembers,
  readHidden,
  readApplications,
  readDevices,
  readPeople,
  type Need,
  type OperationPermissions,
} from './needs.ts'

const writeUsers = 'User.ReadWrite.All'
const everything = 'Directory.ReadWrite.All'
const createUsers: Need = { anyOf: ['User.Create', writeUsers, everything], writes: true }
const updateUsers: Need = { anyOf: ['User.ReadUpdate.All', writeUsers, everything], writes: true }
const deleteUsers: Need = { anyOf: ['User.DeleteRestore.All', writeUsers], writes: true }
const switchUsers: Need = { anyOf: ['User.EnableDisableAccount.All', writeUsers, everything], writes: true }
/** @see https://learn.microsoft.com/graph/api/user-revokesigninsessions */
const revokeSessions: Need = { anyOf: ['User.RevokeSessions.All'], writes: true }
const writeGroups: Need = { anyOf: ['Group.ReadWrite.All', everything], writes: true }
const deleteGroups: Need = { anyOf: ['Group.ReadWrite.All'], writes: true }
const writeAssignable: Need = {
  anyOf: ['RoleManagement.ReadWrite.Directory'],
  when: 'for role-assignable groups',
  writes: true,
}

/**
 * Who holds a privileged role: assignments, eligible ones, definitions, and the members of groups that hold one.
 *
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules
 */
const readRoles: readonly [Need, ...Need[]] = [
  { anyOf: ['RoleManagement.Read.Directory', 'RoleManagement.Read.All'], protects: true },
  { ...readGroups, protects: true },
  { ...readMembers, protects: true },
]
const rolesWhen = (when: string): readonly Need[] => readRoles.map(need => ({ ...need, when }))

/** The preview shows the name of the directory. */
const readName: Need = {
  anyOf: ['Organization.Read.All', 'Directory.Read.All'],
  when: "to show the tenant's name in the preview",
}
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
/** @see https://learn.microsoft.com/graph/api/device-update and device-delete */
const writeDevices: Need = {
  anyOf: ['Device.ReadWrite.All', everything],
  delegated: 'Directory.AccessAsUser.All',
  writes: true,
}
const switchedDevices =
  'Apps change extensionAttributes only, unless the device has Windows. A person needs the role Cloud Device Administrator to enable and disable, and Intune Administrator for the rest.'

/** @see https://learn.microsoft.com/graph/api/application-post-owners */
const writeAppOwners = (verb: 'add' | 'remove'): readonly Need[] => [
  { anyOf: ['Application.ReadWrite.All', everything], writes: true },
  { anyOf: ['Directory.Read.All', everything], ...(verb === 'add' && { writes: true as const }) },
  readPeople,
  ...rolesWhen('to protect owners that hold a privileged role'),
  readName,
]
/** @see https://learn.microsoft.com/graph/api/administrativeunit-post-members */
const writeUnitMembers: readonly Need[] = [
  { anyOf: ['AdministrativeUnit.ReadWrite.All'], writes: true },
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
/** Commands that change the directory, with the reads that compare and guard their changes. */
export const changePermissions: readonly OperationPermissions[] = [
  {
    operation: 'users create',
    kind: 'create-user',
    requests: ['POST /users', 'GET /users/{id}', 'GET /directory/deletedItems/microsoft.graph.user'],
    needs: [createUsers, readUsers, readName],
  },
  {
    operation: 'users update',
    kind: 'update-user',
    requests: ['PATCH /users/{id}', 'GET /users/{id}', 'GET /users/$count'],
    needs: [
      updateUsers,
      readUsers,
      {
        anyOf: ['User-LifeCycleInfo.ReadWrite.All'],
        when: 'to change employeeLeaveDateTime',
        property: 'employeeLeaveDateTime',
        writes: true,
      },
      ...rolesWhen('to disable users or to change their user principal names'),
      readName,
    ],
    note: 'Changes of accountEnabled, businessPhones, mobilePhone, otherMails and userPrincipalName of administrators also require a higher Entra role. Apps cannot change employeeHireDate, nor what SharePoint keeps. Passwords and custom security attributes are not changed.',
  },
  {
    operation: 'users enable',
    kind: 'enable-user',
    requests: ['PATCH /users/{id}', 'GET /users/{id}'],
    needs: [switchUsers, readUsers, readName],
    note: 'For administrators, a higher Entra role is also required.',
  },
  {
    operation: 'users disable',
    kind: 'disable-user',
    requests: ['PATCH /users/{id}', 'GET /users/{id}', 'GET /users/$count'],
    needs: [switchUsers, readUsers, ...readRoles, readName],
    note: 'For administrators, a higher Entra role is also required.',
  },
  {
    operation: 'users delete',
    kind: 'delete-user',
    requests: ['DELETE /users/{id}', 'GET /users/{id}', 'GET /directory/deletedItems/{id}', 'GET /users/$count'],
    needs: [deleteUsers, readUsers, ...readRoles, readName],
    note: 'For administrators, a higher Entra role is also required.',
  },
  {
    operation: 'users restore',
    kind: 'restore-user',
    requests: ['POST /directory/deletedItems/{id}/restore', 'GET /directory/deletedItems/{id}', 'GET /users/{id}'],
    needs: [deleteUsers, readUsers, readName],
  },
  {
    operation: 'users purge',
    kind: 'purge-user',
    requests: [
      'DELETE /directory/deletedItems/{id}',
      'GET /directory/deletedItems/{id}',
      'GET /users/{id}',
      'GET /users/$count',
    ],
    needs: [deleteUsers, readUsers, ...readRoles, readName],
  },
  {
    operation: 'users revoke-sessions',
    kind: 'revoke-sessions',
    requests: ['POST /users/{id}/revokeSignInSessions', 'GET /users/{id}'],
    needs: [revokeSessions, readUsers, readName],
  },
  {
    operation: 'groups create',
    kind: 'create-group',
    requests: ['POST /groups', 'GET /groups', 'GET /directory/deletedItems/microsoft.graph.group'],
    needs: [
      {
        anyOf: ['Group.Create', 'Group.ReadWrite.All', everything],
        delegated: 'Group.ReadWrite.All',
        writes: true,
      },
      readGroups,
      {
        anyOf: ['Group.Read.All', 'Group.ReadWrite.All', 'Directory.Read.All'],
        when: 'to find out whether a group whose creation got no reply was deleted since',
        writes: true,
      },
      writeAssignable,
      readName,
    ],
  },
  {
    operation: 'groups update',
    kind: 'update-group',
    requests: ['PATCH /groups/{id}', 'GET /groups/{id}'],
    needs: [
      writeGroups,
      readGroups,
      writeAssignable,
      ...rolesWhen('to protect groups that hold a privileged role'),
      readName,
    ],
  },
  {
    operation: 'groups delete',
    kind: 'delete-group',
    requests: ['DELETE /groups/{id}', 'GET /groups/{id}', 'GET /directory/deletedItems/{id}', 'GET /groups/$count'],
    needs: [deleteGroups, readGroups, writeAssignable, ...readRoles, readName],
  },
  {
    operation: 'groups restore',
    kind: 'restore-group',
    requests: ['POST /directory/deletedItems/{id}/restore', 'GET /directory/deletedItems/{id}', 'GET /groups/{id}'],
    needs: [deleteGroups, readGroups, readName],
  },
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
  ofLinks('owners add --app', 'add-app-owner', writeAppOwners('add'), '/applications/{id}/owners'),
  ofLinks('owners remove --app', 'remove-app-owner', writeAppOwners('remove'), '/applications/{id}/owners'),
  ofLinks(
    'owners add --service-principal',
    'add-service-principal-owner',
    writeAppOwners('add'),
    '/servicePrincipals/{id}/owners',
  ),
  ofLinks(
    'owners remove --service-principal',
    'remove-service-principal-owner',
    writeAppOwners('remove'),
    '/servicePrincipals/{id}/owners',
  ),
  ofLinks('admin-units add', 'add-unit-member', writeUnitMembers, '/directory/administrativeUnits/{id}/members'),
  ofLinks('admin-units remove', 'remove-unit-member', writeUnitMembers, '/directory/administrativeUnits/{id}/members'),
  {
    operation: 'devices update',
    kind: 'update-device',
    requests: ['PATCH /devices/{id}', 'GET /devices/{id}', 'GET /devices/$count'],
    needs: [writeDevices, readDevices, readName],
    note: switchedDevices,
  },
  {
    operation: 'devices enable',
    kind: 'enable-device',
    requests: ['PATCH /devices/{id}', 'GET /devices/{id}'],
    needs: [writeDevices, readDevices, readName],
    note: switchedDevices,
  },
  {
    operation: 'devices disable',
    kind: 'disable-device',
    requests: ['PATCH /devices/{id}', 'GET /devices/{id}', 'GET /devices/$count'],
    needs: [writeDevices, readDevices, readName],
    note: switchedDevices,
  },
  {
    operation: 'devices delete',
    kind: 'delete-device',
    requests: ['DELETE /devices/{id}', 'GET /devices/{id}', 'GET /devices/$count'],
    needs: [
      { anyOf: ['Device.ReadWrite.All'], delegated: 'Directory.AccessAsUser.All', writes: true },
      readDevices,
      readName,
    ],
    note: 'A person also needs the role Cloud Device Administrator or Intune Administrator.',
  },
  {
    operation: 'runs undo',
    requests: ['GET /organization'],
    needs: [readName],
    note: 'Also requires what the reverse of each change requires: users create → users delete; users update, groups update → the same; users enable → users disable, and the other way round; users delete → users restore, and the other way round; groups create, groups restore → groups delete; groups delete → groups restore; members add → members remove, owners add → owners remove, admin-units add → admin-units remove, and the other way round; devices update → the same; devices enable → devices disable, and the other way round.',
  },
  {
    operation: 'apply',
    requests: ['GET /organization'],
    needs: [readName],
    note: 'Also requires what the commands require whose changes the plan has, such as users delete.',
  },
]
