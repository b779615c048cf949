import type { Kind } from '../directory/types.ts'
import { createPass, deletePass, listPasses, singlePass } from './access-passes.ts'
import { allPermissionGrants, oauth2PermissionGrants } from './app-roles.ts'
import { bulkUpload, listJobs, singleJob } from './bulk-upload.ts'
import { assignGroupLicense } from './assign-group-license.ts'
import { assignLicense } from './assign-license.ts'
import type { Handler } from './call.ts'
import { createUser } from './create-user.ts'
import { delegatedAdminRoutes } from './delegated-admin.ts'
import { deleteApp } from './delete-application.ts'
import { deleteDevice } from './delete-device.ts'
import { deleteUser } from './delete-user.ts'
import { deletedItem, purgeItem, restoreItem } from './deleted-items.ts'
import { createGroup } from './create-group.ts'
import { deleteGroup } from './delete-group.ts'
import { faults } from './faults.ts'
import type { GroupRelation } from './group-links.ts'
import { addLink, deleteMember, notContained, removeLink, setNotSupported } from './group-members.ts'
import { groupWrites } from './group-permissions.ts'
import { invite } from './invitations.ts'
import { list, count } from './list.ts'
import { licenseDetails, singleLicenseDetails } from './license-details.ts'
import { delta, objectsDelta } from './delta.ts'
import { domainNameReferences } from './domain-references.ts'
import { extensionProperties } from './extension-properties.ts'
import { checkMemberGroups, checkMemberObjects, getByIds, getMemberGroups, getMemberObjects } from './memberships.ts'
import { removeManager, setManager } from './manager-link.ts'
import { needing } from './needing.ts'
import { applicationOwners, servicePrincipalOwners, unitMembers } from './object-links.ts'
import {
  appWrites,
  licenceWrites,
  memberOfNeeds,
  membershipsNeeds,
  ownerWrites,
  policies,
  readingDeleted,
  readingOf,
  requirements,
  unitWrites,
  writing,
  type Requirement,
} from './permissions.ts'
import { readPassPolicy, resetPassPolicy, updatePassPolicy } from './pass-policy.ts'
import { provisioningLog, provisioningLogEntry } from './provisioning-log.ts'
import { reprocessLicense } from './reprocess-license.ts'
import { revokeSessions } from './revoke-sessions.ts'
import { roleRoutes, appRoleRoutes } from './role-routes.ts'
import { get, listed, notServed, post, related, remove, singleLinks, whole } from './route.ts'
import type { Route } from './router.ts'
import { directoryObject, managerOf, single } from './single.ts'
import { binned, kindOfType } from './type-facts.ts'
import { updateApp } from './update-application.ts'
import { updateDevice } from './update-device.ts'
import { updateUser } from './update-user.ts'
import { updateGroup } from './update-group.ts'

const collection = (path: string, kind: Kind): readonly Route[] => [
  get(path, readingOf[kind], list(kind)),
  get(`${path}/$count`, readingOf[kind], count(kind)),
  get(`${path}/{id}`, readingOf[kind], single(kind)),
]

const memberships = (path: string, kind: Kind): readonly Route[] => [
  ...related(path, kind, 'memberOf', memberOfNeeds[kind] ?? requirements.memberOf),
  ...related(path, kind, 'transitiveMemberOf', memberOfNeeds[kind] ?? requirements.memberOf),
  ...checks(path, kind),
]

const checks = (path: string, kind: Kind | undefined): readonly Route[] => {
  const needs = (kind && membershipsNeeds[kind]) ?? requirements.memberships
  return [
    post(`${path}/{id}/checkMemberGroups`, needs, checkMemberGroups(kind)),
    post(`${path}/{id}/checkMemberObjects`, needs, checkMemberObjects(kind)),
    post(`${path}/{id}/getMemberGroups`, needs, getMemberGroups(kind)),
    post(`${path}/{id}/getMemberObjects`, needs, getMemberObjects(kind)),
  ]
}

const ofBin =
  (make: (kind: Kind) => Handler): Handler =>
  call => {
    const kind = kindOfType(call.type ?? '')
    if (!kind || !binned.includes(kind)) throw faults.castRequired()
    return needing(readingDeleted[kind], make(kind))(call)
  }

const castRequired: Handler = () => {
  throw faults.castRequired()
}

/** Adds and removes links. Without `/$ref`, nothing can be added to a relation. */
const links = (relation: GroupRelation, needs: Requirement): readonly Route[] => [
  post(`/groups/{id}/${relation}/$ref`, needs, addLink(relation)),
  post(`/groups/{id}/${relation}`, needs, notContained),
  { method: 'PATCH', path: `/groups/{id}/${relation}/$ref`, handle: setNotSupported },
  remove(`/groups/{id}/${relation}/{id}/$ref`, needs, removeLink(relation)),
  { method: 'GET', path: `/groups/{id}/${relation}/{id}`, handle: notServed },
]

const passPolicyPath = '/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/temporaryAccessPass'

/** The routes of the sandbox. */
export const routes: readonly Route[] = [
  get('/users/delta', requirements.usersInFull, delta('user')),
  ...collection('/users', 'user'),
  post('/users', writing.createUsers, createUser),
  { method: 'PATCH', path: '/users/{id}', handle: updateUser },
  remove('/users/{id}', writing.deleteUsers, deleteUser),
  ...memberships('/users', 'user'),
  get('/users/{id}/manager', requirements.usersInFull, managerOf()),
  get('/users/{id}/manager/$ref', requirements.usersInFull, managerOf(true)),
  { method: 'PUT', path: '/users/{id}/manager/$ref', handle: needing(writing.setManager, setManager) },
  remove('/users/{id}/manager/$ref', writing.setManager, removeManager),
  { method: 'POST', path: '/users/{id}/revokeSignInSessions', handle: revokeSessions },
  post('/users/{id}/assignLicense', licenceWrites.user, assignLicense),
  post('/users/{id}/reprocessLicenseAssignment', licenceWrites.reprocess, reprocessLicense),
  { method: 'GET', path: '/users/{id}/authentication', handle: notServed },
  { method: 'GET', path: '/users/{id}/authentication/temporaryAccessPassMethods', handle: listPasses },
  { method: 'POST', path: '/users/{id}/authentication/temporaryAccessPassMethods', handle: createPass },
  { method: 'GET', path: '/users/{id}/authentication/temporaryAccessPassMethods/{id}', handle: singlePass },
  { method: 'DELETE', path: '/users/{id}/authentication/temporaryAccessPassMethods/{id}', handle: deletePass },
  ...related('/users', 'user', 'directReports', requirements.usersInFull),
  ...related('/users', 'user', 'ownedDevices', requirements.devices),
  ...related('/users', 'user', 'registeredDevices', requirements.devices),
  ...related('/users', 'user', 'ownedObjects', requirements.memberOf),
  get('/users/{id}/licenseDetails', requirements.licenseDetails, licenseDetails),
  get('/users/{id}/licenseDetails/{id}', requirements.licenseDetails, singleLicenseDetails),
  ...appRoleRoutes('/users', 'user', requirements.appRoles),
  ...listed('/users/{id}/oauth2PermissionGrants', requirements.permissionGrants, oauth2PermissionGrants('user')),
  post('/invitations', writing.inviteUsers, invite),

  get('/groups/delta', requirements.groups, delta('group')),
  ...collection('/groups', 'group'),
  ...memberships('/groups', 'group'),
  post('/groups', groupWrites.create, createGroup),
  { method: 'PATCH', path: '/groups/{id}', handle: updateGroup },
  remove('/groups/{id}', groupWrites.delete, deleteGroup),
  ...links('members', groupWrites.members),
  ...links('owners', groupWrites.owners),
  remove('/groups/{id}/members/{id}', groupWrites.members, deleteMember),
  { method: 'DELETE', path: '/groups/{id}/owners/{id}', handle: notServed },
  ...related('/groups', 'group', 'members', requirements.members),
  ...related('/groups', 'group', 'transitiveMembers', requirements.members),
  ...related('/groups', 'group', 'owners', requirements.members),
  ...related('/groups', 'group', 'membersWithLicenseErrors', requirements.members),
  post('/groups/{id}/assignLicense', licenceWrites.group, assignGroupLicense),
  ...appRoleRoutes('/groups', 'group', requirements.appRoles),

  get('/devices/delta', requirements.devices, delta('device')),
  ...collection('/devices', 'device'),
  { method: 'PATCH', path: '/devices/{id}', handle: updateDevice },
  { method: 'DELETE', path: '/devices/{id}', handle: deleteDevice },
  ...memberships('/devices', 'device'),
  ...related('/devices', 'device', 'registeredOwners', requirements.devices),
  ...related('/devices', 'device', 'registeredUsers', requirements.devices),

  get('/applications/delta', requirements.applications, delta('application')),
  ...collection('/applications', 'application'),
  { method: 'PATCH', path: '/applications/{id}', handle: needing(appWrites, updateApp('application')) },
  { method: 'DELETE', path: '/applications/{id}', handle: needing(appWrites, deleteApp('application')) },
  ...related('/applications', 'application', 'owners', requirements.applications),
  ...singleLinks('/applications/{id}/owners', ownerWrites, applicationOwners),
  get('/applications/{id}/extensionProperties', requirements.applications, extensionProperties),

  get('/servicePrincipals/delta', requirements.applications, delta('servicePrincipal')),
  ...collection('/servicePrincipals', 'servicePrincipal'),
  { method: 'PATCH', path: '/servicePrincipals/{id}', handle: needing(appWrites, updateApp('servicePrincipal')) },
  { method: 'DELETE', path: '/servicePrincipals/{id}', handle: needing(appWrites, deleteApp('servicePrincipal')) },
  ...memberships('/servicePrincipals', 'servicePrincipal'),
  ...related('/servicePrincipals', 'servicePrincipal', 'owners', requirements.applications),
  get('/servicePrincipals/{id}/synchronization/jobs', requirements.synchronization, listJobs),
  get('/servicePrincipals/{id}/synchronization/jobs/{id}', requirements.synchronization, singleJob),
  post('/servicePrincipals/{id}/synchronization/jobs/{id}/bulkUpload', writing.bulkUpload, bulkUpload),
  get('/auditLogs/provisioning', requirements.provisioningLog, provisioningLog),
  get('/auditLogs/provisioning/{id}', requirements.provisioningLog, provisioningLogEntry),
  ...singleLinks('/servicePrincipals/{id}/owners', ownerWrites, servicePrincipalOwners),
  ...related('/servicePrincipals', 'servicePrincipal', 'ownedObjects', requirements.applications),
  ...appRoleRoutes('/servicePrincipals', 'servicePrincipal', requirements.applications),
  ...appRoleRoutes('/servicePrincipals', 'servicePrincipal', requirements.applications, 'appRoleAssignedTo'),
  ...listed(
    '/servicePrincipals/{id}/oauth2PermissionGrants',
    requirements.permissionGrants,
    oauth2PermissionGrants('servicePrincipal'),
  ),
  ...listed('/oauth2PermissionGrants', requirements.permissionGrants, allPermissionGrants),

  get('/contacts/delta', requirements.contacts, delta('orgContact')),
  ...collection('/contacts', 'orgContact'),
  ...memberships('/contacts', 'orgContact'),

  get('/directory/administrativeUnits/delta', requirements.units, delta('administrativeUnit')),
  ...collection('/directory/administrativeUnits', 'administrativeUnit'),
  ...related('/directory/administrativeUnits', 'administrativeUnit', 'members', requirements.units),
  ...singleLinks('/directory/administrativeUnits/{id}/members', unitWrites, unitMembers),
  get('/administrativeUnits/delta', requirements.units, delta('administrativeUnit')),
  ...collection('/administrativeUnits', 'administrativeUnit'),
  ...related('/administrativeUnits', 'administrativeUnit', 'members', requirements.units),

  ...roleRoutes,
  ...delegatedAdminRoutes,

  { method: 'GET', path: '/policies/authenticationMethodsPolicy', handle: notServed },
  { method: 'GET', path: passPolicyPath, handle: needing(policies.read, readPassPolicy) },
  { method: 'PATCH', path: passPolicyPath, handle: needing(policies.write, updatePassPolicy) },
  remove(passPolicyPath, policies.write, resetPassPolicy),

  ...whole('/subscribedSkus', requirements.skus, {
    type: 'subscribedSku',
    set: 'subscribedSkus',
    items: ({ directory }) => directory.subscribedSkus,
  }),
  ...whole('/organization', requirements.organization, {
    type: 'organization',
    set: 'organization',
    paged: true,
    items: ({ directory }) => [directory.organization],
  }),
  ...whole('/domains', requirements.domains, {
    type: 'domain',
    set: 'domains',
    paged: true,
    items: ({ directory }) => directory.domains,
  }),
  get('/domains/{id}/domainNameReferences', requirements.domains, domainNameReferences),

  { method: 'GET', path: '/directory/deletedItems', handle: castRequired },
  { method: 'GET', path: '/directory/deletedItems/{type}', handle: ofBin(kind => list(kind, { deleted: true })) },
  {
    method: 'GET',
    path: '/directory/deletedItems/{type}/$count',
    handle: ofBin(kind => count(kind, { deleted: true })),
  },
  { method: 'GET', path: '/directory/deletedItems/{id}', handle: deletedItem },
  { method: 'GET', path: '/directory/deletedItems/{id}/{type}', handle: deletedItem },
  { method: 'DELETE', path: '/directory/deletedItems/{id}', handle: purgeItem },
  { method: 'POST', path: '/directory/deletedItems/{id}/restore', handle: restoreItem },

  { method: 'GET', path: '/directoryObjects', handle: castRequired },
  get('/directoryObjects/delta', requirements.objects, objectsDelta),
  get('/directoryObjects/{id}', requirements.objects, directoryObject),
  post('/directoryObjects/getByIds', requirements.getByIds, getByIds),
  ...checks('/directoryObjects', undefined),
]
