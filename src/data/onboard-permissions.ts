import {
  createUsers,
  everything,
  readGroups,
  readLicenses,
  readName,
  readUsers,
  rolesWhen,
  setManagers,
  updateUsers,
  writeAssignable,
  writePasses,
  writeUsers,
  type Need,
  type OperationPermissions,
} from './needs.ts'

/** @see https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethodconfiguration-get */
const readPassPolicy: Need = { anyOf: ['Policy.Read.AuthenticationMethod', 'Policy.Read.All'] }

/** @see https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments */
const readRoleSettings: Need = {
  anyOf: ['RoleManagementPolicy.Read.Directory', 'RoleManagement.Read.Directory', 'RoleManagement.Read.All'],
}

/** All steps. A list without some of them needs less; each step is checked before the first one is sent. */
export const onboardPermissions: OperationPermissions = {
  operation: 'onboard',
  requests: [
    ...['POST /users', 'GET /users', 'GET /users/{id}', 'GET /directory/deletedItems/microsoft.graph.user'],
    ...[
      'GET /subscribedSkus',
      'POST /users/{id}/assignLicense',
      'POST /users/{id}/reprocessLicenseAssignment',
      'GET /groups',
      'GET /groups/{id}',
    ],
    ...['PATCH /groups/{id}', 'PUT /users/{id}/manager/$ref', 'GET /users/{id}/manager'],
    'GET /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}',
    'POST /users/{id}/authentication/temporaryAccessPassMethods',
    'GET /users/{id}/transitiveMemberOf',
    'GET /groups/{id}/transitiveMemberOf',
    'GET /policies/roleManagementPolicyAssignments',
    'POST /roleManagement/directory/roleAssignments',
    'POST /roleManagement/directory/roleAssignmentScheduleRequests',
    'POST /roleManagement/directory/roleEligibilityScheduleRequests',
    'GET /roleManagement/directory/roleAssignmentScheduleRequests',
    'GET /roleManagement/directory/roleEligibilityScheduleRequests',
  ],
  needs: [
    createUsers,
    readUsers,
    { ...updateUsers, when: 'to set usage locations of people who have an account' },
    {
      anyOf: ['LicenseAssignment.ReadWrite.All', writeUsers, everything],
      when: 'to assign products',
      writes: true,
    },
    { ...readLicenses, when: 'to find products of the tenant' },
    { ...readGroups, when: 'to find groups' },
    {
      anyOf: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All', everything],
      when: 'to add people to groups',
      writes: true,
    },
    { ...writeAssignable, when: 'to add people to groups to which roles can be assigned' },
    { ...setManagers, when: 'to set managers' },
    { ...readPassPolicy, when: 'with --access-pass, to read the policy of passes' },
    { ...writePasses, when: 'with --access-pass', writes: true },
    { anyOf: ['Directory.Read.All'], when: 'with --access-pass, where groups decide who may have a pass' },
    {
      anyOf: ['RoleManagement.ReadWrite.Directory'],
      when: 'to give active roles',
      writes: true,
    },
    {
      anyOf: ['RoleAssignmentSchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
      when: 'to give active roles that end, with --role-until',
      writes: true,
    },
    {
      anyOf: ['RoleEligibilitySchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
      when: 'with --role-mode eligible',
      writes: true,
    },
    { ...readRoleSettings, when: 'for roles that are eligible or end, to read their settings first' },
    ...rolesWhen('to protect groups and roles that are privileged, and for passes'),
    { ...readName, when: "to check the domains of new names, and to show the tenant's name in the preview" },
  ],
  note: 'For passes, a person who signs in also needs the Entra role Authentication Administrator.',
}
