import { applicationPermissions } from './application-permissions.ts'
import { devicePermissions } from './device-permissions.ts'
import { groupLicensePermissions } from './group-license-permissions.ts'
import { linkPermissions } from './link-permissions.ts'
import {
  readContacts,
  readUsers,
  readGroups,
  readHidden,
  readLicenses,
  type Need,
  type OperationPermissions,
  everything,
  readName,
  readRoles,
  rolesWhen,
  writeAssignable,
  writeGroups,
  createUsers,
  setManagers,
  updateUsers,
  writePasses,
  writeUsers,
} from './needs.ts'
import { onboardPermissions } from './onboard-permissions.ts'
import { objectEntries } from './object-entries.ts'

/** @see https://learn.microsoft.com/graph/api/invitation-post */
const inviteUsers: Need = { anyOf: ['User.Invite.All', writeUsers, everything], writes: true }
const deleteUsers: Need = { anyOf: ['User.DeleteRestore.All', writeUsers], writes: true }
const switchUsers: Need = { anyOf: ['User.EnableDisableAccount.All', writeUsers, everything], writes: true }
/** @see https://learn.microsoft.com/graph/api/user-revokesigninsessions */
const revokeSessions: Need = { anyOf: ['User.RevokeSessions.All'], writes: true }
const resetPasswords: Need = {
  anyOf: ['User-PasswordProfile.ReadWrite.All'],
  delegated: 'Directory.AccessAsUser.All',
  writes: true,
}
/** @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-post-bulkupload */
const uploadUsers: Need = {
  anyOf: ['SynchronizationData-User.Upload'],
  less: { permission: 'SynchronizationData-User.Upload.OwnedBy', when: 'for provisioning apps that the app owns' },
  writes: true,
}
/** Also of a dry run: without it, a run uploads and cannot tell the results. */
const readProvisioningLog: Need = { anyOf: ['ProvisioningLog.Read.All', 'AuditLog.Read.All'] }
const deleteGroups: Need = { anyOf: ['Group.ReadWrite.All'], writes: true }

const higherRole = 'For administrators, a higher Entra role is also required.'

const ofUsers = objectEntries({ command: 'users', kind: 'user', path: '/users', reads: readUsers })
const ofGroups = objectEntries({ command: 'groups', kind: 'group', path: '/groups', reads: readGroups })

/** @see https://learn.microsoft.com/graph/api/user-assignlicense */
const ofLicences = (verb: 'assign' | 'modify' | 'transfer' | 'remove'): OperationPermissions => ({
  operation: `licenses ${verb}`,
  kind: `${verb}-license`,
  requests: [
    'POST /users/{id}/assignLicense',
    ...(verb === 'assign' ? ['PATCH /users/{id}'] : []),
    'GET /users/{id}',
    'GET /subscribedSkus',
    'GET /groups/{id}',
  ],
  needs: [
    { anyOf: ['LicenseAssignment.ReadWrite.All', writeUsers, everything], writes: true },
    ...(verb === 'assign' ? [{ ...updateUsers, when: 'to set usage locations' }] : []),
    readUsers,
    { ...readLicenses, when: "to use the products of the tenant, and not only Microsoft's catalogue" },
    { ...readGroups, when: 'to name the groups that give a product' },
    ...rolesWhen('to protect holders of privileged roles'),
    readName,
  ],
})

/** All classes of people. A feed that switches some off needs less. */
const hrFeed: OperationPermissions = {
  operation: 'hr-feed',
  requests: [
    ...['GET /users', 'GET /users/$count', 'GET /directory/deletedItems/microsoft.graph.user', 'GET /users/{id}'],
    ...['GET /groups', 'GET /contacts', 'GET /users/{id}/memberOf', 'GET /groups/{id}/members'],
    ...['POST /users', 'PATCH /users/{id}', 'DELETE /users/{id}', 'POST /directory/deletedItems/{id}/restore'],
    ...['PUT /users/{id}/manager/$ref', 'DELETE /users/{id}/manager/$ref'],
    ...['PATCH /groups/{id}', 'DELETE /groups/{id}/members/{id}/$ref', 'POST /users/{id}/revokeSignInSessions'],
  ],
  needs: [
    { anyOf: [writeUsers], writes: true },
    { ...revokeSessions, when: 'to revoke the sessions of leavers' },
    readUsers,
    { ...readGroups, when: 'to give names to new accounts, and to find the groups of rules' },
    { ...readContacts, when: 'to give names to new accounts' },
    {
      anyOf: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All', everything],
      when: 'to add and remove members by rules, and to take leavers out of groups',
      writes: true,
    },
    ...rolesWhen('to protect accounts and groups that hold a privileged role'),
    readName,
  ],
  note: 'Changes of phone numbers, names and accountEnabled of administrators also require a higher Entra role. Apps cannot change employeeHireDate, nor what SharePoint keeps: a mapping that has them is refused.',
}

const directoryRoles = '/roleManagement/directory'
const manageRoles = 'RoleManagement.ReadWrite.Directory'
const offboard: OperationPermissions = {
  operation: 'offboard',
  requests: [
    ...['PATCH /users/{id}', 'POST /users/{id}/revokeSignInSessions', 'GET /users/{id}'],
    ...['GET /users/{id}/memberOf', 'GET /users/{id}/ownedObjects', 'GET /groups/{id}/owners'],
    ...['DELETE /groups/{id}/members/{id}/$ref', 'DELETE /groups/{id}/owners/{id}/$ref'],
    ...[`GET ${directoryRoles}/roleAssignments`, `DELETE ${directoryRoles}/roleAssignments/{id}`],
    ...[`GET ${directoryRoles}/roleEligibilitySchedules`, `POST ${directoryRoles}/roleEligibilityScheduleRequests`],
    ...[`GET ${directoryRoles}/roleAssignmentSchedules`, `POST ${directoryRoles}/roleAssignmentScheduleRequests`],
    ...[
      `GET ${directoryRoles}/roleEligibilityScheduleRequests`,
      `GET ${directoryRoles}/roleAssignmentScheduleRequests`,
    ],
    ...['POST /users/{id}/assignLicense', 'GET /subscribedSkus', 'DELETE /users/{id}'],
  ],
  needs: [
    switchUsers,
    revokeSessions,
    readUsers,
    {
      anyOf: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All', everything],
      when: 'for --remove-groups',
      writes: true,
    },
    { anyOf: ['Group.ReadWrite.All', everything], when: 'for ownerships with --remove-groups', writes: true },
    writeAssignable,
    { ...readHidden, when: 'for groups whose membership is hidden, with --remove-groups' },
    { anyOf: [manageRoles], when: 'for active roles with --remove-roles', writes: true },
    {
      anyOf: ['RoleEligibilitySchedule.ReadWrite.Directory', manageRoles],
      when: 'for eligible roles with --remove-roles',
      writes: true,
    },
    { anyOf: ['LicenseAssignment.ReadWrite.All', writeUsers, everything], when: 'for --remove-licenses', writes: true },
    { ...deleteUsers, when: 'for --delete-after, at its time' },
    ...rolesWhen('to protect holders of privileged roles'),
    readName,
  ],
  note: higherRole,
}

/** Commands that change the directory, with the reads that compare and guard their changes. */
export const changePermissions: readonly OperationPermissions[] = [
  {
    operation: 'users create',
    kind: 'create-user',
    requests: ['POST /users', 'GET /users/{id}', 'GET /directory/deletedItems/microsoft.graph.user'],
    needs: [createUsers, readUsers, readName],
  },
  {
    operation: 'users invite',
    kind: 'invite-user',
    requests: ['POST /invitations', 'GET /users', 'GET /directory/deletedItems/microsoft.graph.user'],
    needs: [inviteUsers, readUsers, readName],
    note: 'To invite people as members (invitedUserType), the app or the person needs the Entra role Global Administrator. Apps cannot invite where the tenant lets only administrators invite.',
  },
  onboardPermissions,
  ofUsers('update', updateUsers, {
    counts: true,
    needs: [
      {
        anyOf: ['User-LifeCycleInfo.ReadWrite.All'],
        when: 'to change employeeLeaveDateTime',
        property: 'employeeLeaveDateTime',
        writes: true,
      },
      ...rolesWhen('to disable users or to change their user principal names'),
    ],
    note: 'Changes of accountEnabled, businessPhones, mobilePhone, otherMails and userPrincipalName of administrators also require a higher Entra role. Apps cannot change employeeHireDate, nor what SharePoint keeps. Passwords and custom security attributes are not changed.',
  }),
  ofUsers('enable', switchUsers, { note: higherRole }),
  ofUsers('disable', switchUsers, { counts: true, needs: readRoles, note: higherRole }),
  ofUsers('delete', deleteUsers, { binned: true, counts: true, needs: readRoles, note: higherRole }),
  ofUsers('restore', deleteUsers),
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
    operation: 'users reset-password',
    kind: 'reset-password',
    requests: ['PATCH /users/{id}', 'GET /users/{id}'],
    needs: [resetPasswords, readUsers, ...readRoles, readName],
    needsRole: 'everyone',
    note: 'The app or the person also needs the Entra role User Administrator, and a higher one for administrators.',
  },
  {
    operation: 'users access-pass',
    kind: 'create-access-pass',
    requests: [
      'POST /users/{id}/authentication/temporaryAccessPassMethods',
      'GET /users/{id}/authentication/temporaryAccessPassMethods',
      'GET /users/{id}',
    ],
    needs: [writePasses, readUsers, ...readRoles, readName],
    needsRole: 'people',
    note: 'A person who signs in also needs the Entra role Authentication Administrator, and a higher one for administrators.',
  },
  {
    operation: 'users delete-access-pass',
    kind: 'delete-access-pass',
    requests: [
      'DELETE /users/{id}/authentication/temporaryAccessPassMethods/{id}',
      'GET /users/{id}/authentication/temporaryAccessPassMethods',
    ],
    needs: [writePasses, readUsers, ...rolesWhen('to protect holders of privileged roles'), readName],
    needsRole: 'people',
    note: 'A person who signs in also needs the Entra role Authentication Administrator, and a higher one for administrators.',
  },
  {
    operation: 'users set-manager',
    kind: 'set-manager',
    requests: ['PUT /users/{id}/manager/$ref', 'GET /users/{id}/manager', 'GET /users/{id}'],
    needs: [setManagers, readUsers, readName],
  },
  {
    operation: 'users clear-manager',
    kind: 'clear-manager',
    requests: ['DELETE /users/{id}/manager/$ref', 'GET /users/{id}/manager', 'GET /users/{id}'],
    needs: [setManagers, readUsers, readName],
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
  ofGroups('update', writeGroups, {
    needs: [writeAssignable, ...rolesWhen('to protect groups that hold a privileged role')],
  }),
  ofGroups('delete', deleteGroups, { binned: true, counts: true, needs: [writeAssignable, ...readRoles] }),
  ofGroups('restore', deleteGroups),
  ...linkPermissions,
  ofLicences('assign'),
  ofLicences('modify'),
  ofLicences('transfer'),
  ofLicences('remove'),
  ...groupLicensePermissions,
  ...devicePermissions,
  ...applicationPermissions,
  {
    operation: 'bulk-upload',
    isSink: true,
    kind: 'upload-user',
    requests: ['POST /servicePrincipals/{id}/synchronization/jobs/{id}/bulkUpload', 'GET /auditLogs/provisioning'],
    needs: [uploadUsers, readProvisioningLog, readName],
    note: 'With Synchronization.Read.All, a wrong id of the job is found before anything is uploaded. A person who signs in to read the log also needs an Entra role such as Reports Reader.',
  },
  hrFeed,
  offboard,
  {
    operation: 'runs due',
    requests: ['GET /organization'],
    needs: [readName],
    note: 'Also requires what the changes require that are due: licenses remove, or users delete.',
  },
  {
    operation: 'runs undo',
    requests: ['GET /organization'],
    needs: [readName],
    note: 'Also requires what the reverse of each change requires: users create, users invite → users delete; users update, groups update → the same; users enable → users disable, and the other way round; users delete → users restore, and the other way round; groups create, groups restore → groups delete; groups delete → groups restore; members add → members remove, owners add → owners remove, admin-units add → admin-units remove, app-roles assign → app-roles unassign, roles assign → roles unassign, licenses assign → licenses remove, licenses modify → licenses assign, licenses transfer → the same, and the other way round; devices update → the same; devices enable → devices disable, and the other way round; apps update, service-principals update → the same; apps delete → apps restore and service-principals restore; service-principals delete → service-principals restore, and the other way round.',
  },
  {
    operation: 'apply',
    requests: ['GET /organization'],
    needs: [readName],
    note: 'Also requires what the commands require whose changes the plan has, such as users delete.',
  },
]
