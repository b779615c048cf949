/** A permission that an operation requires: any of `anyOf`, the least privileged first. */
export interface Need {
  readonly anyOf: readonly [least: string, ...wider: string[]]
  /** The condition on which it is required, if any: "to read groups whose membership is hidden". */
  readonly when?: string
  /** The only property whose selection requires it. */
  readonly property?: string
  /** A lesser permission that is enough on a condition. */
  readonly less?: { readonly permission: string; readonly when: string }
  /** The delegated permission, if Microsoft documents another one than for applications. */
  readonly delegated?: string
}

/** The requests of an operation, and the permissions that they require. */
export interface OperationPermissions {
  /** The words of the command: `export users`, `members add`. */
  readonly operation: string
  readonly requests: readonly string[]
  readonly needs: readonly Need[]
  /** Requirements besides permissions: an Entra role, a limit. */
  readonly note?: string
  /** Not supported by this version, so the permissions need not be granted yet. */
  readonly planned?: true
}

const readUsers: Need = { anyOf: ['User.Read.All', 'Directory.Read.All'] }
const readGroups: Need = {
  anyOf: ['Group.ReadBasic.All', 'GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'],
}
const readMembers: Need = {
  anyOf: ['GroupMember.ReadBasic.All', 'GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'],
}
const readHidden: Need = { anyOf: ['Member.Read.Hidden'], when: 'for groups whose membership is hidden' }
const readDevices: Need = { anyOf: ['Device.Read.All', 'Directory.Read.All'] }
const readApplications: Need = { anyOf: ['Application.Read.All', 'Directory.Read.All'] }
const readLicenses: Need = { anyOf: ['LicenseAssignment.Read.All', 'Organization.Read.All', 'Directory.Read.All'] }
const writeUsers = 'User.ReadWrite.All'
const updateUsers: Need = { anyOf: ['User.ReadUpdate.All', writeUsers] }
const deleteUsers: Need = { anyOf: ['User.DeleteRestore.All', writeUsers] }
const switchUsers: readonly Need[] = [{ anyOf: ['User.EnableDisableAccount.All', writeUsers] }, readUsers]
const writeMembers: readonly Need[] = [
  { anyOf: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All'] },
  { anyOf: ['Device.ReadWrite.All'], when: 'when devices are members', delegated: 'Directory.AccessAsUser.All' },
  { anyOf: ['Application.ReadWrite.All'], when: 'when service principals are members' },
  { anyOf: ['OrgContact.Read.All'], when: 'when organizational contacts are members' },
  { anyOf: ['RoleManagement.ReadWrite.Directory'], when: 'for role-assignable groups' },
]
const writeGroups: Need = { anyOf: ['Group.ReadWrite.All'] }
const writeLicenses: Need = { anyOf: ['LicenseAssignment.ReadWrite.All', writeUsers] }
const writeGroupLicenses: Need = { anyOf: ['LicenseAssignment.ReadWrite.All', 'Group.ReadWrite.All'] }
const writeRoles: Need = { anyOf: ['RoleManagement.ReadWrite.Directory'] }
const writeDevices: Need = { anyOf: ['Device.ReadWrite.All'], delegated: 'Directory.AccessAsUser.All' }

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
  { operation: 'export skus', requests: ['GET /subscribedSkus'], needs: [readLicenses] },
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
    operation: 'export memberships',
    requests: ['GET /groups', 'GET /groups/{id}/members'],
    needs: [readGroups, readMembers, readUsers, readHidden],
    note: 'For members that the permissions do not cover (devices, service principals), Graph returns only type and id.',
  },
  { operation: 'users create', requests: ['POST /users'], needs: [{ anyOf: ['User.Create', writeUsers] }] },
  { operation: 'users update', requests: ['PATCH /users/{id}'], needs: [updateUsers] },
  { operation: 'users enable', requests: ['PATCH /users/{id}'], needs: switchUsers },
  { operation: 'users disable', requests: ['PATCH /users/{id}'], needs: switchUsers },
  {
    operation: 'users set-password',
    requests: ['PATCH /users/{id}'],
    needs: [{ anyOf: ['User-PasswordProfile.ReadWrite.All'] }],
    note: 'An Entra role that can reset the passwords of these users is also required.',
  },
  {
    operation: 'users set-manager',
    requests: ['PUT /users/{id}/manager/$ref'],
    needs: [{ anyOf: [writeUsers, 'Directory.ReadWrite.All'] }],
  },
  { operation: 'users delete', requests: ['DELETE /users/{id}'], needs: [deleteUsers] },
  { operation: 'users restore', requests: ['POST /directory/deletedItems/{id}/restore'], needs: [deleteUsers] },
  { operation: 'users purge', requests: ['DELETE /directory/deletedItems/{id}'], needs: [deleteUsers] },
  { operation: 'users invite', requests: ['POST /invitations'], needs: [{ anyOf: ['User.Invite.All'] }] },
  {
    operation: 'users revoke-sessions',
    requests: ['POST /users/{id}/revokeSignInSessions'],
    needs: [{ anyOf: ['User.RevokeSessions.All'] }],
  },
  {
    operation: 'groups create',
    requests: ['POST /groups'],
    needs: [{ anyOf: ['Group.Create', 'Group.ReadWrite.All'], delegated: 'Group.ReadWrite.All' }],
  },
  { operation: 'groups update', requests: ['PATCH /groups/{id}'], needs: [writeGroups] },
  { operation: 'groups delete', requests: ['DELETE /groups/{id}'], needs: [writeGroups] },
  { operation: 'members add', requests: ['PATCH /groups/{id}', 'POST /groups/{id}/members/$ref'], needs: writeMembers },
  { operation: 'members remove', requests: ['DELETE /groups/{id}/members/{id}/$ref'], needs: writeMembers },
  { operation: 'devices update', requests: ['PATCH /devices/{id}'], needs: [writeDevices] },
  { operation: 'devices delete', requests: ['DELETE /devices/{id}'], needs: [writeDevices] },
  { operation: 'licenses assign', requests: ['POST /users/{id}/assignLicense'], needs: [writeLicenses] },
  { operation: 'licenses modify', requests: ['POST /users/{id}/assignLicense'], needs: [writeLicenses] },
  { operation: 'licenses remove', requests: ['POST /users/{id}/assignLicense'], needs: [writeLicenses] },
  { operation: 'licenses transfer', requests: ['POST /users/{id}/assignLicense'], needs: [writeLicenses] },
  { operation: 'licenses assign-group', requests: ['POST /groups/{id}/assignLicense'], needs: [writeGroupLicenses] },
  {
    operation: 'licenses reprocess',
    requests: ['POST /users/{id}/reprocessLicenseAssignment'],
    needs: [{ anyOf: [writeUsers] }],
  },
  {
    operation: 'licenses report',
    requests: ['GET /subscribedSkus', 'GET /users/{id}/licenseDetails'],
    needs: [readLicenses],
  },
  {
    operation: 'roles list',
    requests: ['GET /roleManagement/directory/roleAssignments'],
    needs: [{ anyOf: ['RoleManagement.Read.Directory'] }],
  },
  { operation: 'roles assign', requests: ['POST /roleManagement/directory/roleAssignments'], needs: [writeRoles] },
  {
    operation: 'roles remove',
    requests: ['DELETE /roleManagement/directory/roleAssignments/{id}'],
    needs: [writeRoles],
  },
  {
    operation: 'logs provisioning',
    requests: ['GET /auditLogs/provisioning'],
    needs: [{ anyOf: ['ProvisioningLog.Read.All'] }],
  },
  { operation: 'logs sign-ins', requests: ['GET /auditLogs/signIns'], needs: [{ anyOf: ['AuditLog.Read.All'] }] },
  {
    operation: 'bulk-upload send',
    requests: ['POST /servicePrincipals/{id}/synchronization/jobs/{id}/bulkUpload'],
    needs: [{ anyOf: ['SynchronizationData-User.Upload'] }],
  },
]

/**
 * The permissions of each operation, the least privileged first; operations of this version first.
 *
 * @see https://learn.microsoft.com/graph/permissions-reference and the permission table on each API's page
 */
export const operationPermissions: readonly OperationPermissions[] = [
  ...served,
  ...planned.map((operation): OperationPermissions => ({ ...operation, planned: true })),
]
