import {
  everything,
  readGroupLicences,
  readGroups,
  readHidden,
  readLicenses,
  readMembers,
  readName,
  readUsers,
  rolesWhen,
  type Need,
  type OperationPermissions,
} from './needs.ts'

const writeUsers = 'User.ReadWrite.All'
/** @see https://learn.microsoft.com/graph/api/user-update */
const updateUsers: Need = { anyOf: ['User.ReadUpdate.All', writeUsers, everything], writes: true }
const assignsToGroups: Need = {
  anyOf: ['LicenseAssignment.ReadWrite.All', 'Group.ReadWrite.All', everything],
  writes: true,
}
const assignsToUsers: Need = { anyOf: ['LicenseAssignment.ReadWrite.All', writeUsers, everything], writes: true }
const membersOfGroup = [readGroupLicences, readMembers, readUsers, readHidden, readLicenses] as const
const requestsForGroup = ['GET /subscribedSkus', 'GET /groups/{id}', 'GET /groups/{id}/members']

/**
 * Changes of what groups give to their members.
 *
 * @see https://learn.microsoft.com/graph/api/group-assignlicense
 * @see https://learn.microsoft.com/graph/api/user-reprocesslicenseassignment
 */
export const groupLicensePermissions: readonly OperationPermissions[] = [
  {
    operation: 'licenses group assign',
    kind: 'assign-group-license',
    requests: [
      'POST /groups/{id}/assignLicense',
      ...requestsForGroup,
      'GET /groups/{id}/membersWithLicenseErrors',
      'GET /users/{id}',
    ],
    needs: [
      assignsToGroups,
      readGroupLicences,
      readLicenses,
      { ...readMembers, when: 'to wait for the members (--wait)' },
      { ...readUsers, when: 'to protect members who lose plans, and to wait for them (--wait)' },
      ...rolesWhen('to protect groups and members that hold a privileged role'),
      readName,
    ],
  },
  {
    operation: 'licenses group remove',
    kind: 'remove-group-license',
    requests: [
      'POST /groups/{id}/assignLicense',
      ...requestsForGroup,
      'GET /groups/{id}/members/microsoft.graph.user/$count',
      'GET /groups/{id}/membersWithLicenseErrors',
      'GET /users/{id}',
    ],
    needs: [
      assignsToGroups,
      readGroupLicences,
      readMembers,
      readLicenses,
      readUsers,
      ...rolesWhen('to protect groups and members that hold a privileged role'),
      readName,
    ],
  },
  {
    operation: 'licenses group reprocess',
    kind: 'reprocess-license',
    requests: [
      'POST /users/{id}/reprocessLicenseAssignment',
      ...requestsForGroup,
      'GET /groups/{id}/membersWithLicenseErrors',
      'GET /users/{id}',
    ],
    needs: [{ anyOf: [writeUsers, everything], writes: true }, ...membersOfGroup, readName],
  },
  {
    operation: 'onboard --group',
    kind: 'await-license',
    requests: ['POST /users/{id}/reprocessLicenseAssignment', 'GET /users/{id}', 'GET /groups', 'GET /subscribedSkus'],
    needs: [{ anyOf: [writeUsers, everything], writes: true }, readUsers, readGroups, readLicenses, readName],
  },
  {
    operation: 'licenses group migrate --to group',
    kind: 'inherit-license',
    requests: ['POST /users/{id}/assignLicense', ...requestsForGroup, 'GET /users/{id}'],
    needs: [assignsToUsers, ...membersOfGroup, readName],
  },
  {
    operation: 'licenses group migrate --to direct',
    kind: 'detach-license',
    requests: [
      'POST /users/{id}/assignLicense',
      'POST /groups/{id}/assignLicense',
      'PATCH /users/{id}',
      ...requestsForGroup,
      'GET /users/{id}',
    ],
    needs: [
      assignsToUsers,
      assignsToGroups,
      { ...updateUsers, when: 'to set usage locations' },
      ...membersOfGroup,
      ...rolesWhen('to protect groups that hold a privileged role'),
      readName,
    ],
  },
]
