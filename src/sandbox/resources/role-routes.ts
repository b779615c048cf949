import type { Kind } from '../directory/types.ts'
import { assignAppRole, removeAppRole } from './app-role-writes.ts'
import { appRoleAssignedTo, appRoleAssignments } from './app-roles.ts'
import type { Handler } from './call.ts'
import { delta } from './delta.ts'
import type { GrantedRelation } from './granted.ts'
import { count } from './list.ts'
import { roleMembers } from './object-links.ts'
import { needing } from './needing.ts'
import {
  appRoleWrites,
  requirements,
  rolePolicies,
  roleScheduleWrites,
  roleWrites,
  type Requirement,
} from './permissions.ts'
import { directoryRoles } from './plain-list.ts'
import { activateRole, createRoleAssignment, deleteRoleAssignment } from './role-assignments.ts'
import { roleDefinitions } from './role-definitions.ts'
import { listRolePolicies, listRoleRules, readRoleRule, updateRoleRule } from './role-policies.ts'
import {
  roleAssignmentScheduleRequests,
  roleEligibilityScheduleRequests,
  roleRequestReads,
} from './role-request-list.ts'
import { requestAssignment, requestEligibility } from './role-requests.ts'
import { roleAssignments, roleAssignmentSchedules, roleEligibilitySchedules } from './roles.ts'
import { get, listed, notServed, post, related, remove, singleLinks, whole } from './route.ts'
import type { Route } from './router.ts'
import { single } from './single.ts'

/** The app roles of objects of a kind, which are listed, assigned and removed. */
export const appRoleRoutes = (
  path: string,
  kind: Kind,
  needs: Requirement,
  relation: GrantedRelation = 'appRoleAssignments',
): readonly Route[] => [
  ...listed(
    `${path}/{id}/${relation}`,
    needs,
    relation === 'appRoleAssignedTo' ? appRoleAssignedTo : appRoleAssignments(kind),
  ),
  ...granted(`${path}/{id}/${relation}`, kind, relation),
]

const granted = (path: string, kind: Kind, relation: GrantedRelation): readonly Route[] => [
  post(path, appRoleWrites.assign, assignAppRole(kind, relation)),
  remove(`${path}/{id}`, appRoleWrites.remove, removeAppRole(kind, relation)),
]

const assigned = (
  name: string,
  needs: Requirement,
  { list, single }: Readonly<Record<'list' | 'single', Handler>>,
): readonly Route[] => [
  get(`/roleManagement/directory/${name}`, needs, list),
  get(`/roleManagement/directory/${name}/{id}`, needs, single),
]

/** The routes of directory roles. */
export const roleRoutes: readonly Route[] = [
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
  ...assigned('roleAssignments', requirements.roles, roleAssignments),
  post('/roleManagement/directory/roleAssignments', roleWrites, createRoleAssignment),
  remove('/roleManagement/directory/roleAssignments/{id}', roleWrites, deleteRoleAssignment),
  post('/roleManagement/directory/roleAssignmentScheduleRequests', roleScheduleWrites.assignment, requestAssignment),
  ...assigned('roleAssignmentScheduleRequests', roleRequestReads.assignment, roleAssignmentScheduleRequests),
  post('/roleManagement/directory/roleEligibilityScheduleRequests', roleScheduleWrites.eligibility, requestEligibility),
  ...assigned('roleEligibilityScheduleRequests', roleRequestReads.eligibility, roleEligibilityScheduleRequests),
  ...assigned('roleAssignmentSchedules', requirements.assignmentSchedules, roleAssignmentSchedules),
  ...assigned('roleEligibilitySchedules', requirements.eligibilitySchedules, roleEligibilitySchedules),
  get('/policies/roleManagementPolicyAssignments', rolePolicies.read, listRolePolicies),
  { method: 'GET', path: '/policies/roleManagementPolicyAssignments/{id}', handle: notServed },
  { method: 'GET', path: '/policies/roleManagementPolicies', handle: notServed },
  { method: 'GET', path: '/policies/roleManagementPolicies/{id}', handle: notServed },
  get('/policies/roleManagementPolicies/{id}/rules', rolePolicies.read, listRoleRules),
  get('/policies/roleManagementPolicies/{id}/rules/{id}', rolePolicies.read, readRoleRule),
  {
    method: 'PATCH',
    path: '/policies/roleManagementPolicies/{id}/rules/{id}',
    handle: needing(rolePolicies.write, updateRoleRule),
  },
]
