import type { Kind } from '../directory/types.ts'
import { createPass, deletePass, listPasses, singlePass } from './access-passes.ts'
import { allPermissionGrants, appRoleAssignedTo, appRoleAssignments, oauth2PermissionGrants } from './app-roles.ts'
import { assignAppRole, removeAppRole } from './app-role-writes.ts'
import type { Handler } from './call.ts'
import { createUser } from './create-user.ts'
import { deleteUser } from './delete-user.ts'
import { deletedItem, purgeItem, restoreItem } from './deleted-items.ts'
import { createGroup } from './create-group.ts'
import { deleteGroup } from './delete-group.ts'
import { faults } from './faults.ts'
import type { GrantedRelation } from './granted.ts'
import type { GroupRelation } from './group-links.ts'
import { addLink, deleteMember, notContained, removeLink, setNotSupported } from './group-members.ts'
import { groupWrites } from './group-permissions.ts'
import { list, count } from './list.ts'
import { licenseDetails, singleLicenseDetails } from './license-details.ts'
import { delta, objectsDelta } from './delta.ts'
import { domainNameReferences } from './domain-references.ts'
import { extensionProperties } from './extension-properties.ts'
import { checkMemberGroups, checkMemberObjects, getByIds, getMemberGroups, getMemberObjects } from './memberships.ts'
import { removeManager, setManager } from './manager-link.ts'
import { needing } from './needing.ts'
import { applicationOwners, roleMembers, servicePrincipalOwners, unitMembers } from './object-links.ts'
import {
  appRoleWrites,
  memberOfNeeds,
  membershipsNeeds,
  ownerWrites,
  readingDeleted,
  readingOf,
  requirements,
  roleScheduleWrites,
  roleWrites,
  unitWrites,
  writing,
  type Requirement,
} from './permissions.ts'
import { directoryRoles, plainList, plainSingle, type Plain } from './plain-list.ts'
import { relatedCount, relatedList, type RelatedOptions } from './related-list.ts'
import type { RelationName } from './relations.ts'
import { revokeSessions } from './revoke-sessions.ts'
import { roleDefinitions } from './role-definitions.ts'
import { activateRole, createRoleAssignment, deleteRoleAssignment } from './role-assignments.ts'
import { requestAssignment, requestEligibility } from './role-requests.ts'
import { roleAssignments, roleAssignmentSchedules, roleEligibilitySchedules } from './roles.ts'
import type { Route } from './router.ts'
import { directoryObject, managerOf, single } from './single.ts'
import { binned, kindOfType } from './type-facts.ts'
import { updateUser } from './update-user.ts'
import { updateGroup } from './update-group.ts'

const route =
  (method: Route['method']) =>
  (path: string, needs: Requirement, handle: Handler): Route => ({ method, path, handle: needing(needs, handle) })

const get = route('GET')
const post = route('POST')
const remove = route('DELETE')

const collection = (path: string, kind: Kind): readonly Route[] => [
  get(path, readingOf[kind], list(kind)),
  get(`${path}/$count`, readingOf[kind], count(kind)),
  get(`${path}/{id}`, readingOf[kind], single(kind)),
]

const related = (
  path: string,
  kind: Kind,
  relation: RelationName,
  needs: Requirement,
  options?: RelatedOptions,
): readonly Route[] => {
  const at = `${path}/{id}/${relation}`
  return [
    get(at, needs, relatedList(kind, relation, options)),
    get(`${at}/$ref`, needs, relatedList(kind, relation, { ...options, addresses: true })),
    get(`${at}/$count`, needs, relatedCount(kind, relation)),
    get(`${at}/{type}`, needs, relatedList(kind, relation, options)),
    get(`${at}/{type}/$count`, needs, relatedCount(kind, relation)),
  ]
}

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

const whole = (path: string, needs: Requirement, plain: Plain): readonly Route[] => [
  get(path, needs, plainList(plain)),
  get(`${path}/{id}`, needs, plainSingle(plain)),
]

const listed = (
  path: string,
  needs: Requirement,
  handlers: Readonly<Record<'list' | 'count' | 'single', Handler>>,
): readonly Route[] => [
  get(path, needs, handlers.list),
  get(`${path}/$count`, needs, handlers.count),
  get(`${path}/{id}`, needs, handlers.single),
]

/** Assigns and removes app roles. */
const granted = (path: string, kind: Kind, relation: GrantedRelation): readonly Route[] => [
  post(path, appRoleWrites.assign, assignAppRole(kind, relation)),
  remove(`${path}/{id}`, appRoleWrites.remove, removeAppRole(kind, relation)),
]

const roleRoutes = (
  name: string,
  needs: Requirement,
  { list, single }: Readonly<Record<'list' | 'single', Handler>>,
): readonly Route[] => [
  get(`/roleManagement/directory/${name}`, needs, list),
  get(`/roleManagement/directory/${name}/{id}`, needs, single),
]

/** Requests are performed at once, and not kept. */
const roleRequests = (name: string, needs: Requirement, handle: Handler): readonly Route[] => [
  post(`/roleManagement/directory/${name}`, needs, handle),
  { method: 'GET', path: `/roleManagement/directory/${name}`, handle: notServed },
  { method: 'GET', path: `/roleManagement/directory/${name}/{id}`, handle: notServed },
]

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

/** Adds and removes links of objects other than groups. */
const singleLinks = (
  at: string,
  needs: Readonly<Record<'add' | 'remove', Requirement>>,
  { add, remove: removeLink }: Readonly<Record<'add' | 'remove', Handler>>,
): readonly Route[] => [
  post(`${at}/$ref`, needs.add, add),
  post(at, needs.add, notContained),
  remove(`${at}/{id}/$ref`, needs.remove, removeLink),
  { method: 'GET', path: `${at}/{id}`, handle: notServed },
  // Without /$ref, Graph deletes the object itself.
  { method: 'DELETE', path: `${at}/{id}`, handle: notServed },
]

const notServed: Handler = ({ request }) => {
  throw faults.notServed(request.path)
}

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
  ...listed('/users/{id}/appRoleAssignments', requirements.appRoles, appRoleAssignments('user')),
  ...granted('/users/{id}/appRoleAssignments', 'user', 'appRoleAssignments'),
  ...listed('/users/{id}/oauth2PermissionGrants', requirements.permissionGrants, oauth2PermissionGrants('user')),

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
  ...listed('/groups/{id}/appRoleAssignments', requirements.appRoles, appRoleAssignments('group')),
  ...granted('/groups/{id}/appRoleAssignments', 'group', 'appRoleAssignments'),

  get('/devices/delta', requirements.devices, delta('device')),
  ...collection('/devices', 'device'),
  ...memberships('/devices', 'device'),
  ...related('/devices', 'device', 'registeredOwners', requirements.devices),
  ...related('/devices', 'device', 'registeredUsers', requirements.devices),

  get('/applications/delta', requirements.applications, delta('application')),
  ...collection('/applications', 'application'),
  ...related('/applications', 'application', 'owners', requirements.applications),
  ...singleLinks('/applications/{id}/owners', ownerWrites, applicationOwners),
  get('/applications/{id}/extensionProperties', requirements.applications, extensionProperties),

  get('/servicePrincipals/delta', requirements.applications, delta('servicePrincipal')),
  ...collection('/servicePrincipals', 'servicePrincipal'),
  ...memberships('/servicePrincipals', 'servicePrincipal'),
  ...related('/servicePrincipals', 'servicePrincipal', 'owners', requirements.applications),
  ...singleLinks('/servicePrincipals/{id}/owners', ownerWrites, servicePrincipalOwners),
  ...related('/servicePrincipals', 'servicePrincipal', 'ownedObjects', requirements.applications),
  ...listed(
    '/servicePrincipals/{id}/appRoleAssignments',
    requirements.applications,
    appRoleAssignments('servicePrincipal'),
  ),
  ...granted('/servicePrincipals/{id}/appRoleAssignments', 'servicePrincipal', 'appRoleAssignments'),
  ...listed('/servicePrincipals/{id}/appRoleAssignedTo', requirements.applications, appRoleAssignedTo),
  ...granted('/servicePrincipals/{id}/appRoleAssignedTo', 'servicePrincipal', 'appRoleAssignedTo'),
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

  get('/directoryRoles/delta', requirements.roles, delta('directoryRole')),
  get('/directoryRoles', requirements.roles, directoryRoles),
  get('/directoryRoles/$count', requirements.roles, count('directoryRole')),
  get('/directoryRoles/{id}', requirements.roles, single('directoryRole')),
  post('/directoryRoles', roleWrites, activateRole),
  ...singleLinks('/directoryRoles/{id}/members', { add: roleWrites, remove: roleWrites }, roleMembers),
  ...related('/directoryRoles', 'directoryRole', 'members', requirements.roles, { unpaged: true }),
  ...whole('/directoryRoleTemplates', requirements.roles, {
    type: 'directoryRoleTemplate',
    set: 'directoryRoleTemplates',
    items: ({ directory }) => directory.directoryRoleTemplates,
  }),
  ...whole('/roleManagement/directory/roleDefinitions', requirements.roles, roleDefinitions),
  ...roleRoutes('roleAssignments', requirements.roles, roleAssignments),
  post('/roleManagement/directory/roleAssignments', roleWrites, createRoleAssignment),
  remove('/roleManagement/directory/roleAssignments/{id}', roleWrites, deleteRoleAssignment),
  ...roleRequests('roleAssignmentScheduleRequests', roleScheduleWrites.assignment, requestAssignment),
  ...roleRequests('roleEligibilityScheduleRequests', roleScheduleWrites.eligibility, requestEligibility),
  ...roleRoutes('roleAssignmentSchedules', requirements.assignmentSchedules, roleAssignmentSchedules),
  ...roleRoutes('roleEligibilitySchedules', requirements.eligibilitySchedules, roleEligibilitySchedules),

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
