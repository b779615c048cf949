import { isoDurationMs } from '../../core/iso-duration.ts'
import type { Fields } from '../../core/json.ts'
import { activeRoleId } from '../directory/assignment-ids.ts'
import { byPerson } from '../directory/eligibilities.ts'
import { granting, type RoleGrant } from '../directory/role-links.ts'
import type { AssignmentOf, RequestFamily } from '../directory/assignment-types.ts'
import type { Mutation } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { readOptions } from './options.ts'
import { createdReply } from './replies.ts'
import { roleFaults } from './role-faults.ts'
import { bodyOf, grantIn, isActive, revoking } from './role-grants.ts'
import { recorded, requestId, roleRequest } from './role-request-list.ts'
import { rulesOf } from './role-rules.ts'
import { scheduleOf } from './role-schedules.ts'

/**
 * Refuses what the settings of a role do not allow, with the names of Microsoft's rules. A sign-in without a person has no multifactor
 * authentication (unconfirmed).
 *
 * @throws GraphFault 400
 */
const checkSettings = (
  call: Call,
  body: Fields,
  schedule: Fields,
  role: string,
  level: RoleRequests['level'],
): void => {
  const rules = new Map(rulesOf(call, role).map(rule => [rule.id, rule]))
  const { isExpirationRequired, maximumDuration } = rules.get(`Expiration_Admin_${level}`)!
  const enabled = rules.get(`Enablement_Admin_${level}`)!['enabledRules'] as readonly string[]
  const { endDateTime } = schedule['expiration'] as { readonly endDateTime: string | null }
  const { ticketNumber } = (body['ticketInfo'] ?? {}) as Fields
  const startMs = Date.parse(String(schedule['startDateTime']))
  const isTooLong =
    isExpirationRequired === true &&
    (endDateTime === null || Date.parse(endDateTime) - startMs > isoDurationMs(maximumDuration)!)
  const failed = [
    ...(isTooLong ? ['ExpirationRule'] : []),
    ...(enabled.includes('Justification') && !body['justification'] ? ['JustificationRule'] : []),
    ...(enabled.includes('Ticketing') && !ticketNumber ? ['TicketingRule'] : []),
    ...(enabled.includes('MultiFactorAuthentication') && !call.request.caller.delegated ? ['MfaRule'] : []),
  ]
  if (failed.length > 0) throw roleFaults.policy(failed)
}

/** What an administrator asks for a principal. */
interface RoleRequests {
  readonly name: 'roleAssignmentScheduleRequests' | 'roleEligibilityScheduleRequests'
  /** Of the rules that apply. */
  readonly level: 'Assignment' | 'Eligibility'
  isThere(call: Call, grant: RoleGrant): boolean
  readonly family: RequestFamily
  /** @param id of the request */
  assigning(call: Call, grant: RoleGrant, scheduleInfo: Fields, id: string): readonly Mutation[]
  removing(call: Call, grant: RoleGrant): readonly Mutation[]
  /** Id of the schedule. An eligible one has the id of its request, as in Microsoft's examples. @param id of the request */
  scheduleId(grant: RoleGrant, id: string): string
}

const eligibleOf = ({ role, principal, scope }: RoleGrant): AssignmentOf => ({
  family: 'eligibleRoles',
  principal,
  of: role,
  within: scope,
})

const eligible = (what: 'assign' | 'unassign', { principal: { kind, id }, role, scope }: RoleGrant) =>
  ({ do: what, kind, id, family: 'eligibleRoles', of: role, within: scope }) as const

/** Answers `POST` of requests: they are performed at once, and kept. Only those of administrators are served. */
const handlerOf =
  (requests: RoleRequests): Handler =>
  call => {
    readOptions(call.request, [])
    const body = bodyOf(call)
    const { action } = body
    if (action === undefined || action === null) throw roleFaults.valueMissing('action')
    if (action !== 'adminAssign' && action !== 'adminRemove') throw faults.notServed(`action ${String(action)}`)
    const justification = body['justification'] ?? null
    const named = body['principalId']
    return {
      holds: typeof named === 'string' ? [named.toLowerCase()] : [],
      apply() {
        const { directory } = call
        const grant = grantIn(call, body)
        const assigns = action === 'adminAssign'
        if (requests.isThere(call, grant) === assigns) throw assigns ? roleFaults.exists() : roleFaults.missing()
        const nowMs = directory.now()
        const scheduleInfo = assigns ? scheduleOf(body['scheduleInfo'], nowMs) : null
        if (scheduleInfo) checkSettings(call, body, scheduleInfo, grant.role, requests.level)
        const isValidationOnly = body['isValidationOnly'] === true
        const id = requestId(directory)
        const scheduleId = assigns && !isValidationOnly ? requests.scheduleId(grant, id) : null
        const asked = {
          ...{ action, targetScheduleId: scheduleId, justification, scheduleInfo },
          createdBy: createdBy(call),
          createdDateTime: new Date(nowMs).toISOString(),
          ...(body['ticketInfo'] !== undefined && { ticketInfo: body['ticketInfo'] }),
        }
        if (!isValidationOnly)
          commit(call, [
            ...(scheduleInfo ? requests.assigning(call, grant, scheduleInfo, id) : requests.removing(call, grant)),
            recorded(requests.family, grant, id, asked),
          ])
        const reply = { ...roleRequest(id, grant, asked), isValidationOnly }
        return createdReply(call.request.root, `roleManagement/directory/${requests.name}`, id, JSON.stringify(reply))
      },
    }
  }

/** Who asks. The documents show a person; that an app is shown as `application` is unconfirmed. */
const createdBy = ({ request: { caller } }: Call) =>
  caller.delegated
    ? byPerson(caller.objectId)
    : { application: { displayName: null, id: caller.objectId }, device: null, user: null }

/** @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleeligibilityschedulerequests */
export const requestEligibility = handlerOf({
  name: 'roleEligibilityScheduleRequests',
  level: 'Eligibility',
  family: 'eligibleRequests',
  isThere: ({ directory }, grant) => directory.assignment(eligibleOf(grant), 'truth') !== undefined,
  assigning: (_call, grant, scheduleInfo, id) => [
    { ...eligible('assign', grant), values: { id, createdUsing: id, scheduleInfo } },
  ],
  removing: (_call, grant) => [eligible('unassign', grant)],
  scheduleId: (_grant, id) => id,
})

const laterOf = (grant: RoleGrant): AssignmentOf => ({ ...eligibleOf(grant), family: 'laterRoles' })
const later = (what: 'assign' | 'unassign', grant: RoleGrant) =>
  ({ ...eligible(what, grant), family: 'laterRoles' }) as const

/** @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignmentschedulerequests */
export const requestAssignment = handlerOf({
  name: 'roleAssignmentScheduleRequests',
  level: 'Assignment',
  family: 'activeRequests',
  isThere: ({ directory }, grant) =>
    isActive(directory, grant, 'truth') || directory.assignment(laterOf(grant), 'truth') !== undefined,
  assigning: ({ directory }, grant, scheduleInfo) =>
    Date.parse(String(scheduleInfo['startDateTime'])) > directory.now()
      ? [{ ...later('assign', grant), values: { scheduleInfo } }]
      : granting(directory, grant, { scheduleInfo }),
  removing: ({ directory }, grant) =>
    directory.assignment(laterOf(grant), 'truth') ? [later('unassign', grant)] : revoking(directory, grant),
  scheduleId: ({ role, principal, scope }) => activeRoleId(role, principal.id, scope),
})
