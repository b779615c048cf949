import { changePermissions } from './change-permissions.ts'
import {
  readUsers,
  readGroups,
  readGroupLicences,
  readMembers,
  readHidden,
  readDevices,
  readApplications,
  readLicenses,
  readPeople,
  type OperationPermissions,
} from './needs.ts'

export type { Need, OperationPermissions } from './needs.ts'

const served: readonly OperationPermissions[] = [
  {
    operation: 'export users',
    requests: ['GET /users', 'GET /users/$count', 'GET /users/delta'],
    needs: [
      {
        ...readUsers,
        less: {
          permission: 'User.ReadBasic.All',
          when: 'with --select of basic properties only (id, displayName, givenName, surname, mail, userPrincipalName)',
        },
      },
      { anyOf: ['AuditLog.Read.All'], when: 'to select signInActivity', property: 'signInActivity' },
    ],
  },
  { operation: 'export groups', requests: ['GET /groups', 'GET /groups/$count'], needs: [readGroups] },
  {
    operation: 'export members',
    requests: ['GET /groups/{id}/members', 'GET /groups/{id}/transitiveMembers'],
    needs: [readMembers, readUsers, { ...readGroups, when: 'to find a group by its name' }, readHidden],
    note: 'For members that the permissions do not cover (devices, service principals), Graph returns only type and id.',
  },
  {
    operation: 'export memberships',
    requests: [
      'GET /groups',
      'GET /groups/$count',
      'GET /groups/{id}/members',
      'GET /groups/{id}/transitiveMembers',
      'GET /groups/delta',
      'GET /users/delta',
      'GET /users/{id}/memberOf',
    ],
    needs: [
      readGroups,
      readMembers,
      {
        ...readUsers,
        less: { permission: 'User.ReadBasic.All', when: 'with basic properties of users only, as without --select' },
      },
      readHidden,
      { anyOf: ['Directory.Read.All'], when: 'with --delta, to read the groups of users that were restored' },
    ],
    note: 'For members that the permissions do not cover (devices, service principals), Graph returns only type and id.',
  },
  {
    operation: 'export owners',
    requests: [
      'GET /groups',
      'GET /groups/{id}/owners',
      'GET /applications',
      'GET /applications/{id}/owners',
      'GET /servicePrincipals',
      'GET /servicePrincipals/{id}/owners',
    ],
    needs: [
      { ...readGroups, when: 'for owners of groups' },
      { ...readMembers, when: 'for owners of groups' },
      { ...readApplications, when: 'with --of applications or service-principals' },
      {
        ...readUsers,
        less: { permission: 'User.ReadBasic.All', when: 'with basic properties of users only, as without --select' },
      },
    ],
    note: 'For owners that the permissions do not cover (service principals), Graph returns only type and id.',
  },
  {
    operation: 'export registered-owners',
    requests: ['GET /devices', 'GET /devices/$count', 'GET /devices/{id}/registeredOwners'],
    needs: [
      readDevices,
      {
        ...readUsers,
        less: { permission: 'User.ReadBasic.All', when: 'with basic properties of users only, as without --select' },
      },
    ],
  },
  {
    operation: 'export groups-of',
    requests: ['GET /users', 'GET /users/$count', 'GET /users/{id}/memberOf', 'GET /users/{id}/transitiveMemberOf'],
    needs: [{ anyOf: ['Directory.Read.All'] }, readHidden],
    note: 'Groups that hide their members are left out without Member.Read.Hidden.',
  },
  {
    operation: 'export app-role-assignments',
    requests: ['GET /servicePrincipals', 'GET /servicePrincipals/{id}/appRoleAssignedTo'],
    needs: [readApplications],
  },
  {
    operation: 'export managers',
    requests: ['GET /users', 'GET /users/$count', 'GET /users/delta'],
    needs: [readUsers],
  },
  // Before those that read more: a refused request names the permissions of the first operation with it.
  { operation: 'export skus', requests: ['GET /subscribedSkus'], needs: [readLicenses] },
  {
    operation: 'export licenses',
    requests: ['GET /users', 'GET /users/$count', 'GET /users/delta', 'GET /subscribedSkus'],
    needs: [readUsers, { ...readLicenses, when: 'for the part numbers and plans of the tenant' }],
  },
  {
    operation: 'licenses report',
    requests: ['GET /subscribedSkus', 'GET /users', 'GET /users/$count', 'GET /users/delta'],
    needs: [
      readLicenses,
      readUsers,
      { anyOf: ['AuditLog.Read.All'], when: 'to find licences that are not used', property: 'signInActivity' },
    ],
    note: 'Sign-ins need a tenant with Microsoft Entra ID P1 or P2. Without them, or without AuditLog.Read.All, the report leaves out who does not use a licence.',
  },
  {
    operation: 'licenses group status',
    requests: [
      'GET /subscribedSkus',
      'GET /groups/{id}',
      'GET /groups/{id}/members',
      'GET /groups/{id}/membersWithLicenseErrors',
    ],
    needs: [readGroupLicences, readMembers, readUsers, readLicenses, readHidden],
  },
  {
    operation: 'users find',
    requests: ['GET /users'],
    needs: [readPeople],
  },
  {
    operation: 'export role-assignments',
    requests: ['GET /roleManagement/directory/roleAssignments', 'GET /roleManagement/directory/roleDefinitions'],
    needs: [{ anyOf: ['RoleManagement.Read.Directory', 'RoleManagement.Read.All', 'Directory.Read.All'] }],
  },
  {
    operation: 'export devices',
    requests: ['GET /devices', 'GET /devices/$count', 'GET /devices/{id}/registeredOwners'],
    needs: [readDevices, { ...readUsers, when: 'to name the registered owners' }],
  },
  {
    operation: 'export deleted-users',
    requests: ['GET /directory/deletedItems/microsoft.graph.user'],
    needs: [readUsers],
  },
  {
    operation: 'export deleted-groups',
    requests: ['GET /directory/deletedItems/microsoft.graph.group'],
    needs: [{ anyOf: ['Group.Read.All', 'Directory.Read.All'] }],
  },
  {
    operation: 'export deleted-applications',
    requests: ['GET /directory/deletedItems/microsoft.graph.application'],
    needs: [readApplications],
  },
  {
    operation: 'export deleted-service-principals',
    requests: ['GET /directory/deletedItems/microsoft.graph.servicePrincipal'],
    needs: [readApplications],
  },
  { operation: 'export applications', requests: ['GET /applications'], needs: [readApplications] },
  { operation: 'export service-principals', requests: ['GET /servicePrincipals'], needs: [readApplications] },
  {
    operation: 'tenants check',
    requests: ['GET /organization', 'GET /users/$count'],
    needs: [
      { anyOf: ['Organization.Read.All', 'Directory.Read.All'], when: "to show the tenant's name and domains" },
      { ...readUsers, when: 'to determine the size of the tenant' },
    ],
  },
]

const planned: readonly OperationPermissions[] = [
  {
    operation: 'logs provisioning',
    requests: ['GET /auditLogs/provisioning'],
    needs: [{ anyOf: ['ProvisioningLog.Read.All'] }],
  },
  { operation: 'logs sign-ins', requests: ['GET /auditLogs/signIns'], needs: [{ anyOf: ['AuditLog.Read.All'] }] },
]

/**
 * The permissions of each operation, the least privileged first; operations of this version first.
 *
 * @see https://learn.microsoft.com/graph/permissions-reference and the permission table on each API's page
 */
export const operationPermissions: readonly OperationPermissions[] = [
  ...served,
  ...changePermissions,
  ...planned.map((operation): OperationPermissions => ({ ...operation, planned: true })),
]
