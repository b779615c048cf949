import { activeRoleId } from '../directory/assignment-ids.ts'
import type { Assignment as Assigned } from '../directory/assignment-types.ts'
import type { Call } from './call.ts'
import { allOf } from './plain-list.ts'
import { everyOne } from './relations.ts'
import { roleHandlers, type Assignment } from './role-writer.ts'

/** Active assignments: those for the whole directory are the members of activated roles. */
export const activeRoles = (call: Call): readonly Assignment[] => [
  ...allOf(call.directory.collection('directoryRole')).flatMap(role => {
    const members = call.relations({ kind: 'directoryRole', id: role.id }, 'members', 'direct')
    return [...everyOne(members)].map(principal => activeRole(String(role['roleTemplateId']), principal.id, '/'))
  }),
  ...call.directory
    .assignments({ family: 'roles' })
    .filter(({ within }) => within !== '/')
    .map(({ of, principal, within }) => activeRole(of, principal.id, within)),
]

const activeRole = (role: string, principalId: string, scope: string): Assignment => ({
  id: activeRoleId(role, principalId, scope),
  principalId,
  directoryScopeId: scope,
  roleDefinitionId: role,
})

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

const withoutEnd = (startDateTime: unknown) => ({
  startDateTime,
  recurrence: null,
  expiration: { type: 'noExpiration', endDateTime: null, duration: null },
})

/** An active assignment has a schedule, usually without end. @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentschedules */
const assignmentSchedule = ({ directory }: Call, assignment: Assignment): Assignment => {
  const { principalId, roleDefinitionId, directoryScopeId } = assignment
  const principal = directory.locate(principalId)!
  const within = String(directoryScopeId)
  const kept = directory.assignment({ family: 'roles', principal, of: roleDefinitionId, within })
  return {
    ...assignment,
    appScopeId: null,
    createdUsing: null,
    createdDateTime: kept?.values['createdDateTime'] ?? null,
    modifiedDateTime: null,
    status: 'Provisioned',
    assignmentType: 'Assigned',
    memberType: 'Direct',
    scheduleInfo:
      kept?.values['scheduleInfo'] ??
      withoutEnd(kept?.values['createdDateTime'] ?? directory.organization['createdDateTime']),
  }
}

/** Schedules that have not begun. The state is unconfirmed. */
const laterSchedules = ({ directory }: Call): readonly Assignment[] =>
  directory
    .assignments({ family: 'laterRoles' })
    .map(assigned => ({ ...eligibilitySchedule(assigned), createdUsing: null, assignmentType: 'Assigned' }))

/** @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules */
const eligibilitySchedule = ({ id, principal, of, within, values }: Assigned): Assignment => ({
  id,
  principalId: principal.id,
  roleDefinitionId: of,
  directoryScopeId: within,
  appScopeId: null,
  createdUsing: values['createdUsing'] ?? id,
  createdDateTime: values['createdDateTime'],
  modifiedDateTime: null,
  status: 'Provisioned',
  memberType: 'Direct',
  scheduleInfo: values['scheduleInfo'] ?? withoutEnd(values['createdDateTime']),
})

/** Answers `GET /roleManagement/directory/roleAssignments` and a single one. */
export const roleAssignments = roleHandlers({
  type: 'unifiedRoleAssignment',
  set: 'roleManagement/directory/roleAssignments',
  properties: ofEveryKind,
  filter: ofEveryKind,
  items: activeRoles,
})

/** Answers `GET /roleManagement/directory/roleAssignmentSchedules` and a single one. */
export const roleAssignmentSchedules = roleHandlers({
  type: 'unifiedRoleAssignmentSchedule',
  set: 'roleManagement/directory/roleAssignmentSchedules',
  properties: [...ofSchedules, 'assignmentType', 'memberType', 'scheduleInfo'],
  filter: [...ofEveryKind, 'appScopeId', 'assignmentType', 'createdUsing', 'memberType', 'status'],
  items: call => [...activeRoles(call).map(one => assignmentSchedule(call, one)), ...laterSchedules(call)],
})

/** Answers `GET /roleManagement/directory/roleEligibilitySchedules` and a single one. */
export const roleEligibilitySchedules = roleHandlers({
  type: 'unifiedRoleEligibilitySchedule',
  set: 'roleManagement/directory/roleEligibilitySchedules',
  properties: [...ofSchedules, 'memberType', 'scheduleInfo'],
  filter: [...ofEveryKind, 'appScopeId', 'createdUsing', 'memberType', 'status'],
  items: ({ directory }) => directory.assignments({ family: 'eligibleRoles' }).map(eligibilitySchedule),
})
