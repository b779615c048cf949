import type { Fields } from '../../core/json.ts'
import type { RequestFamily } from '../directory/assignment-types.ts'
import { guidOf } from '../directory/registered-apps.ts'
import type { RoleGrant } from '../directory/role-links.ts'
import type { Directory, Mutation } from '../directory/types.ts'
import { roleWrites, type Requirement } from './permissions.ts'
import { roleHandlers, type Assignment } from './role-writer.ts'

/** What somebody asked for, beside the grant. */
interface Asked {
  readonly action: unknown
  /** Null for what ends a role. */
  readonly targetScheduleId: string | null
  readonly justification: unknown
  readonly createdBy: unknown
  readonly scheduleInfo: unknown
  readonly ticketInfo?: unknown
  /** With milliseconds, as in Microsoft's examples. */
  readonly createdDateTime: string
}

/** The id of the next request. */
export const requestId = (directory: Pick<Directory, 'freshId'>): string =>
  guidOf(`roleScheduleRequest/${directory.freshId()}`)

/** The change that keeps a request. It is made together with what was asked for. */
export const recorded = (
  family: RequestFamily,
  { role, principal: { kind, id: principal }, scope }: RoleGrant,
  id: string,
  asked: Asked,
): Mutation => ({
  do: 'assign',
  kind,
  id: principal,
  family,
  of: role,
  within: id,
  values: { ...(asked as unknown as Fields), directoryScopeId: scope },
})

/**
 * A request as Graph returns it.
 *
 * @see https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityschedulerequest
 * @see https://learn.microsoft.com/graph/api/resources/unifiedroleassignmentschedulerequest
 */
export const roleRequest = (
  id: string,
  { role, principal, scope }: RoleGrant,
  { action, targetScheduleId, justification, createdBy, scheduleInfo, ticketInfo, createdDateTime }: Asked,
) => {
  const assigns = action === 'adminAssign'
  return {
    id,
    status: assigns ? 'Provisioned' : 'Revoked',
    createdDateTime,
    completedDateTime: assigns ? createdDateTime : null,
    approvalId: null,
    customData: null,
    action,
    principalId: principal.id,
    roleDefinitionId: role,
    directoryScopeId: scope,
    appScopeId: null,
    isValidationOnly: false,
    targetScheduleId,
    justification,
    createdBy,
    scheduleInfo,
    ticketInfo: ticketInfo ?? { ticketNumber: null, ticketSystem: null },
  }
}

/**
 * Permissions of apps to list requests.
 *
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentschedulerequests
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedulerequests
 */
export const roleRequestReads = {
  assignment: roleWrites,
  eligibility: ['RoleEligibilitySchedule.ReadWrite.Directory', ...roleWrites],
} as const satisfies Record<string, Requirement>

const filters = ['principalId', 'roleDefinitionId', 'directoryScopeId', 'appScopeId', 'status', 'targetScheduleId']

/** What support `$filter` in both lists; requests for active roles also by id. */
const requestHandlers = (type: string, set: string, family: RequestFamily, filter = filters) =>
  roleHandlers({
    type,
    set: `roleManagement/directory/${set}`,
    properties: [
      ...['id', 'status', 'createdDateTime', 'completedDateTime', 'approvalId', 'customData', 'action', 'principalId'],
      ...[
        'roleDefinitionId',
        'directoryScopeId',
        'appScopeId',
        'isValidationOnly',
        'targetScheduleId',
        'justification',
      ],
      ...['createdBy', 'scheduleInfo', 'ticketInfo'],
    ],
    filter,
    items: ({ directory }) =>
      directory.assignments({ family }).map(({ id, principal, of: role, values }): Assignment => {
        const grant = { role, principal, scope: String(values['directoryScopeId']) }
        return roleRequest(id, grant, values as unknown as Asked) as Assignment
      }),
  })

/** Answers `GET /roleManagement/directory/roleEligibilityScheduleRequests` and a single one. @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedulerequests */
export const roleEligibilityScheduleRequests = requestHandlers(
  'unifiedRoleEligibilityScheduleRequest',
  'roleEligibilityScheduleRequests',
  'eligibleRequests',
)

/**
 * Answers `GET /roleManagement/directory/roleAssignmentScheduleRequests` and a single one. Microsoft's page says that assignments which
 * were made directly are among them, not who shows as their author: they are left out.
 *
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentschedulerequests
 */
export const roleAssignmentScheduleRequests = requestHandlers(
  'unifiedRoleAssignmentScheduleRequest',
  'roleAssignmentScheduleRequests',
  'activeRequests',
  [...filters, 'id'],
)
