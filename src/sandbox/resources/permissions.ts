import type { Kind } from '../directory/types.ts'
import type { Caller } from '../protocol.ts'
import { faults } from './faults.ts'

/** One of these permissions is required; `A+B` means both. */
export type Requirement = readonly string[]

const directory = ['Directory.Read.All', 'Directory.ReadWrite.All'] as const
const pair = (name: string): readonly string[] => [`${name}.Read.All`, `${name}.ReadWrite.All`]

const usersInFull: Requirement = [...pair('User'), ...directory]
const groupsRead: Requirement = ['Group.ReadBasic.All', ...pair('GroupMember'), ...pair('Group'), ...directory]
const applications: Requirement = [...pair('Application'), ...directory]
const roles: Requirement = [
  'RoleManagement.Read.Directory',
  'RoleManagement.Read.All',
  'RoleManagement.ReadWrite.Directory',
  ...directory,
]

/** @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules */
const schedules = (name: string): Requirement => [
  `${name}.Read.Directory`,
  `${name}.ReadWrite.Directory`,
  'RoleManagement.Read.All',
  'RoleManagement.Read.Directory',
  'RoleManagement.ReadWrite.Directory',
]

/** Permissions that read every synchronization job, not only those of owned service principals. */
export const everyJob: Requirement = ['Synchronization.Read.All', 'Synchronization.ReadWrite.All']

/** Application permissions of the calls that read, least privileged first. @see https://learn.microsoft.com/graph/permissions-reference */
export const requirements = {
  users: ['User.ReadBasic.All', ...usersInFull],
  usersInFull,
  groups: groupsRead,
  members: ['GroupMember.ReadBasic.All', ...pair('GroupMember'), ...pair('Group'), ...directory],
  memberOf: directory,
  devices: [...pair('Device'), ...directory],
  applications,
  contacts: ['OrgContact.Read.All', ...directory],
  units: [...pair('AdministrativeUnit'), ...directory],
  roles,
  assignmentSchedules: schedules('RoleAssignmentSchedule'),
  eligibilitySchedules: schedules('RoleEligibilitySchedule'),
  skus: [...pair('LicenseAssignment'), ...pair('Organization'), ...directory],
  licenseDetails: [...pair('LicenseAssignment'), ...usersInFull],
  organization: [...pair('Organization'), ...directory],
  domains: [...pair('Domain'), ...directory],
  appRoles: ['Directory.Read.All', 'AppRoleAssignment.ReadWrite.All', 'Directory.ReadWrite.All'],
  permissionGrants: ['Directory.Read.All', ...pair('DelegatedPermissionGrant'), 'Directory.ReadWrite.All'],
  objects: directory,
  /** @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-get */
  synchronization: ['Application.ReadWrite.OwnedBy', ...everyJob],
  /** @see https://learn.microsoft.com/graph/api/provisioningobjectsummary-list */
  provisioningLog: ['ProvisioningLog.Read.All', 'AuditLog.Read.All'],
  /** The page names no wider one. @see https://learn.microsoft.com/graph/api/directoryobject-getbyids */
  getByIds: ['Directory.Read.All'],
  memberships: [
    ...directory,
    'User.Read.All+GroupMember.Read.All',
    'User.Read.All+Group.Read.All',
    'User.ReadBasic.All+GroupMember.Read.All',
  ],
} as const satisfies Record<string, Requirement>

const updateUsers: Requirement = ['User.ReadUpdate.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All']

const deleteUsers: Requirement = ['User.DeleteRestore.All', 'User.ReadWrite.All']

/** Application permissions of the calls that write, least privileged first. @see https://learn.microsoft.com/graph/permissions-reference */
export const writing = {
  createUsers: ['User.Create', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  updateUsers,
  /** Properties that need another permission than `updateUsers`. */
  updateUserProperty: {
    accountEnabled: [
      'User.EnableDisableAccount.All+User.Read.All',
      'User.EnableDisableAccount.All+Directory.Read.All',
      ...updateUsers,
    ],
    customSecurityAttributes: ['CustomSecAttributeAssignment.ReadWrite.All'],
    employeeLeaveDateTime: ['User-LifeCycleInfo.ReadWrite.All'],
    identities: ['User.ManageIdentities.All', ...updateUsers],
    passwordProfile: ['User-PasswordProfile.ReadWrite.All', 'Directory.AccessAsUser.All'],
  } as Readonly<Record<string, Requirement>>,
  deleteUsers,
  bulkUpload: ['SynchronizationData-User.Upload', 'SynchronizationData-User.Upload.OwnedBy'],
  setManager: ['User.ReadWrite.All', 'Directory.ReadWrite.All'],
  /** @see https://learn.microsoft.com/graph/api/invitation-post */
  inviteUsers: ['User.Invite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  /** Unconfirmed for apps: the page names the permission with PowerShell. @see https://learn.microsoft.com/entra/external-id/reset-redemption-status */
  resetRedemption: ['User.ReadWrite.All', 'Directory.ReadWrite.All'],
  /** The page names no wider one for apps. @see https://learn.microsoft.com/graph/api/user-revokesigninsessions */
  revokeSessions: ['User.RevokeSessions.All'],
  revokeSessionsForPerson: ['User.RevokeSessions.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
} as const

/**
 * Permissions for devices. The page of their deletion names none for apps, the reference of permissions does.
 *
 * @see https://learn.microsoft.com/graph/api/device-update
 * @see https://learn.microsoft.com/graph/api/device-delete
 * @see https://learn.microsoft.com/graph/permissions-reference#devicereadwriteall
 */
export const deviceWrites = {
  update: ['Device.ReadWrite.All', 'Directory.ReadWrite.All'],
  delete: ['Device.ReadWrite.All'],
  byPersons: ['Directory.AccessAsUser.All'],
} as const satisfies Record<string, Requirement>

const writeApplications: Requirement = ['Directory.Read.All+Application.ReadWrite.All', 'Directory.ReadWrite.All']

/**
 * Permissions for owners of applications and service principals. Application.ReadWrite.OwnedBy does not add another owner.
 *
 * @see https://learn.microsoft.com/graph/api/application-post-owners
 * @see https://learn.microsoft.com/graph/api/application-delete-owners
 */
export const ownerWrites = {
  add: writeApplications,
  remove: ['Application.ReadWrite.All', 'Directory.ReadWrite.All'],
} as const satisfies Record<string, Requirement>

/** Permissions for members of administrative units. @see https://learn.microsoft.com/graph/api/administrativeunit-post-members */
export const unitWrites = {
  add: ['AdministrativeUnit.ReadWrite.All'],
  remove: ['AdministrativeUnit.ReadWrite.All'],
} as const satisfies Record<string, Requirement>

/**
 * Permissions for assignments of app roles. Assigning also needs one that reads the resource.
 *
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-delete-approleassignedto
 */
export const appRoleWrites = {
  assign: [
    'AppRoleAssignment.ReadWrite.All+Application.Read.All',
    'AppRoleAssignment.ReadWrite.All+Application.ReadWrite.All',
    'AppRoleAssignment.ReadWrite.All+Directory.Read.All',
    'AppRoleAssignment.ReadWrite.All+Directory.ReadWrite.All',
  ],
  remove: ['AppRoleAssignment.ReadWrite.All'],
} as const satisfies Record<string, Requirement>

/**
 * Permissions for active roles.
 *
 * @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments
 * @see https://learn.microsoft.com/graph/api/directoryrole-post-members
 */
export const roleWrites: Requirement = ['RoleManagement.ReadWrite.Directory']

/**
 * Permissions for the settings of roles. Microsoft's page of the change names none for apps, its module for configurations does.
 *
 * @see https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments
 * @see https://learn.microsoft.com/graph/api/unifiedrolemanagementpolicyrule-update
 */
export const rolePolicies = {
  read: [
    'RoleManagementPolicy.Read.Directory',
    'RoleManagement.Read.Directory',
    'RoleManagement.Read.All',
    'RoleManagementPolicy.ReadWrite.Directory',
    'RoleManagement.ReadWrite.Directory',
  ],
  write: ['RoleManagementPolicy.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
} as const satisfies Record<string, Requirement>

/** Permissions for requests of administrators. @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleeligibilityschedulerequests */
export const roleScheduleWrites = {
  assignment: ['RoleAssignmentSchedule.ReadWrite.Directory', ...roleWrites],
  eligibility: ['RoleEligibilitySchedule.ReadWrite.Directory', ...roleWrites],
} as const satisfies Record<string, Requirement>

/**
 * Permissions for licences.
 *
 * @see https://learn.microsoft.com/graph/api/user-assignlicense
 * @see https://learn.microsoft.com/graph/api/group-assignlicense
 * @see https://learn.microsoft.com/graph/api/user-reprocesslicenseassignment
 */
export const licenceWrites = {
  user: ['LicenseAssignment.ReadWrite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  group: ['LicenseAssignment.ReadWrite.All', 'Group.ReadWrite.All', 'Directory.ReadWrite.All'],
  reprocess: ['User.ReadWrite.All', 'Directory.ReadWrite.All'],
} as const satisfies Record<string, Requirement>

/**
 * Permissions for Temporary Access Passes of users.
 *
 * @see https://learn.microsoft.com/graph/api/authentication-list-temporaryaccesspassmethods
 * @see https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods
 */
export const accessPasses = {
  read: [
    'UserAuthMethod-TAP.Read.All',
    'UserAuthMethod-TAP.ReadWrite.All',
    'UserAuthenticationMethod.Read.All',
    'UserAuthenticationMethod.ReadWrite.All',
  ],
  write: ['UserAuthMethod-TAP.ReadWrite.All', 'UserAuthenticationMethod.ReadWrite.All'],
} as const satisfies Record<string, Requirement>

/** Permissions for policies of authentication methods. @see https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethodconfiguration-get */
export const policies = {
  read: ['Policy.Read.AuthenticationMethod', 'Policy.Read.All', 'Policy.ReadWrite.AuthenticationMethod'],
  write: ['Policy.ReadWrite.AuthenticationMethod'],
} as const satisfies Record<string, Requirement>

/**
 * Permissions for restoring deleted objects of a kind, and for purging them.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-delete
 */
export const binWriting: Readonly<Partial<Record<Kind, Requirement>>> = {
  user: deleteUsers,
  group: ['Group.ReadWrite.All'],
  application: ['Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All'],
  servicePrincipal: ['Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All'],
  administrativeUnit: ['AdministrativeUnit.ReadWrite.All'],
}

/** Permissions for reading objects of a kind. */
export const readingOf: Readonly<Record<Kind, Requirement>> = {
  user: requirements.users,
  group: requirements.groups,
  device: requirements.devices,
  application: applications,
  servicePrincipal: applications,
  orgContact: requirements.contacts,
  administrativeUnit: requirements.units,
  directoryRole: roles,
}

/** Permissions for listing the deleted objects of a kind. @see https://learn.microsoft.com/graph/api/directory-deleteditems-list */
export const readingDeleted: Readonly<Record<Kind, Requirement>> = {
  ...readingOf,
  user: usersInFull,
  group: [...pair('Group'), ...directory],
}

/**
 * Permissions for reading the groups, roles and units of an object, by the pages "List memberOf" and "List transitive
 * memberOf" of its type. Other types need `requirements.memberOf`.
 */
export const memberOfNeeds: Readonly<Partial<Record<Kind, Requirement>>> = {
  group: ['GroupMember.ReadBasic.All', 'Group.ReadBasic.All', ...pair('GroupMember'), ...pair('Group'), ...directory],
  device: requirements.devices,
  servicePrincipal: applications,
  orgContact: ['OrgContact.Read.All+Group.Read.All', ...directory],
}

/** Permissions for the membership actions of an object, by the pages of getMemberGroups. Other types need `requirements.memberships`. */
export const membershipsNeeds: Readonly<Partial<Record<Kind, Requirement>>> = {
  group: [...pair('GroupMember'), ...pair('Group'), ...requirements.memberships],
  servicePrincipal: [...applications, ...requirements.memberships],
  device: [...pair('Device'), ...requirements.memberships],
}

/** Whether a caller has one of the permissions. */
export const holds = ({ permissions }: Caller, requirement: Requirement): boolean =>
  requirement.some(one => one.split('+').every(name => permissions.has(name)))

/** @throws GraphFault 403 `Authorization_RequestDenied` */
export const demand = (caller: Caller, requirement: Requirement): void => {
  if (!holds(caller, requirement)) throw faults.denied()
}

/**
 * Permissions for changing and deleting applications and service principals.
 *
 * @see https://learn.microsoft.com/graph/api/application-update
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-update
 */
export const appWrites: Requirement = ['Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All']

/** The properties that User.ReadBasic.All shows of a user. */
export const basicUserProperties: ReadonlySet<string> = new Set([
  'id',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'userPrincipalName',
])

/** How much of objects of a kind a caller may see. `none` shows type and id only. */
export const sight = (caller: Caller, kind: Kind): 'full' | 'basic' | 'none' => {
  if (!holds(caller, readingOf[kind])) return 'none'
  return kind === 'user' && !holds(caller, usersInFull) ? 'basic' : 'full'
}
