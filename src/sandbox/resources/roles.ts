import { guidBytes } from '../directory/guid-bytes.ts'
import type { Call } from './call.ts'
import { allOf } from './plain-list.ts'
import { everyOne } from './relations.ts'
import { roleHandlers, type Assignment } from './role-writer.ts'

/** Returns a tenant-wide assignment for each member of an activated role. */
const assignments = (call: Call): readonly Assignment[] =>
  allOf(call.directory.collection('directoryRole')).flatMap(role => {
    const template = String(role['roleTemplateId'])
    const members = call.relations({ kind: 'directoryRole', id: role.id }, 'members', 'direct')
    return [...everyOne(members)].map(({ id }) => ({
      id: assignmentId(template, id),
      principalId: id,
      directoryScopeId: '/',
      roleDefinitionId: template,
    }))
  })

/** As in Graph: the bytes of both GUIDs in base64url, and `-1`. */
const assignmentId = (role: string, principal: string): string =>
  `${Buffer.concat([guidBytes(role), guidBytes(principal)]).toString('base64url')}-1`

const ofEveryKind = ['id', 'principalId', 'directoryScopeId', 'roleDefinitionId']
const ofSchedules = [
  'id',
  'principalId',
  'roleDefinitionId',
  'directoryScopeId',
  'appScopeId',
  'createdUsing',
  'createdDateTime',
  'modifiedDateTime',
  'status',
]

/** An active assignment has a schedule without end. @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentschedules */
const assignmentSchedule = (call: Call, assignment: Assignment): Assignment => ({
  ...assignment,
  appScopeId: null,
  createdUsing: null,
  createdDateTime: null,
  modifiedDateTime: null,
  status: 'Provisioned',
  assignmentType: 'Assigned',
  memberType: 'Direct',
  scheduleInfo: {
    startDateTime: call.directory.organization['createdDateTime'],
    recurrence: null,
    expiration: { type: 'noExpiration', endDateTime: null, duration: null },
  },
})

/** Answers `GET /roleManagement/directory/roleAssignments` and a single one. */
export const roleAssignments = roleHandlers({
  type: 'unifiedRoleAssignment',
  set: 'roleManagement/directory/roleAssignments',
  properties: ofEveryKind,
  filter: ofEveryKind,
  items: assignments,
})

/** Answers `GET /roleManagement/directory/roleAssignmentSchedules` and a single one. */
export const roleAssignmentSchedules = roleHandlers({
  type: 'unifiedRoleAssignmentSchedule',
  set: 'roleManagement/directory/roleAssignmentSchedules',
  properties: [...ofSchedules, 'assignmentType', 'memberType', 'scheduleInfo'],
  filter: [...ofEveryKind, 'appScopeId', 'assignmentType', 'createdUsing', 'memberType', 'status'],
  items: call => assignments(call).map(one => assignmentSchedule(call, one)),
})

/** Answers `GET /roleManagement/directory/roleEligibilitySchedules` and a single one. */
export const roleEligibilitySchedules = roleHandlers({
  type: 'unifiedRoleEligibilitySchedule',
  set: 'roleManagement/directory/roleEligibilitySchedules',
  properties: [...ofSchedules, 'memberType', 'scheduleInfo'],
  filter: [...ofEveryKind, 'appScopeId', 'createdUsing', 'memberType', 'status'],
  items: ({ directory }) => directory.roleEligibilities as readonly Assignment[],
})
