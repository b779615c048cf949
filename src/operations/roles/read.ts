import type { OperationContext, Values } from '../../core/operation.ts'
import { readListings } from '../../graph/read-listings.ts'
import type { Assigned } from '../assignments/verdicts.ts'

/** A directory role for a principal, in the directory or in an administrative unit. */
export interface RoleRow extends Assigned {
  /** Id of the role's definition. */
  readonly role: string
  /** Id of the administrative unit; without it, the role is for the whole directory. */
  readonly administrativeUnit?: string
  /** When one that waits for its time begins, as Graph writes it; without it, it begins at once. Only an undo says it. */
  readonly from?: string
  /** When an assignment with a schedule ends, in UTC: `2027-01-31T00:00:00Z`; without it, it has no end. */
  readonly until?: string
  /** Why it is made, for those who look at it in Privileged Identity Management. */
  readonly justification?: string
  /** Number of the ticket that asks for it, which the settings of a role may demand. */
  readonly ticket?: string
}

/** What was read of an assignment before it is changed. */
export interface RoleBefore extends Values {
  readonly assigned: boolean
  /** Id of the assignment; null if there is none. */
  readonly assignment: string | null
  /** When an assignment that is taken began, or would have begun, as Graph writes it. */
  readonly from?: string
  /** When an assignment that is taken would have ended, as Graph writes it; null for an end that Graph does not show as a date. */
  readonly until?: string | null
}

/** Active or eligible assignments. */
export interface RoleForm {
  readonly isEligible: boolean
  /** Where an administrator asks for assignments that may end. @default assignments are made without a schedule */
  readonly requests?: string
  /** Where those that are there are listed. */
  readonly list: string
}

/** @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments */
export const activeForm: RoleForm = { isEligible: false, list: '/roleManagement/directory/roleAssignments' }

/** @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedules */
export const eligibleForm: RoleForm = {
  isEligible: true,
  list: '/roleManagement/directory/roleEligibilitySchedules',
  requests: '/roleManagement/directory/roleEligibilityScheduleRequests',
}

/** Active assignments that may end. @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentschedules */
export const timedForm: RoleForm = {
  isEligible: false,
  list: '/roleManagement/directory/roleAssignmentSchedules',
  requests: '/roleManagement/directory/roleAssignmentScheduleRequests',
}

/** The scope of a row, as Graph writes it. */
export const scopeOf = ({ administrativeUnit }: RoleRow): string =>
  administrativeUnit === undefined ? '/' : `/administrativeUnits/${administrativeUnit}`

/** An assignment as Graph returns it. */
interface Listed {
  readonly id: string
  readonly principalId: string
  readonly roleDefinitionId: string
  readonly directoryScopeId: string
  /** Of one with a schedule. @see https://learn.microsoft.com/graph/api/resources/requestschedule */
  readonly scheduleInfo?: {
    readonly startDateTime?: string | null
    readonly expiration?: { readonly endDateTime?: string | null; readonly duration?: string | null } | null
  } | null
}

/** An assignment that is there. */
export interface Held {
  readonly id: string
  /** When it ends, as Graph writes it; null without an end; undefined if Graph does not show a date. */
  readonly end: string | null | undefined
  /** When it began or begins, as Graph writes it; undefined without a schedule. */
  readonly start: string | undefined
}

const endOf = ({ scheduleInfo }: Listed): Held['end'] => {
  const expiration = scheduleInfo?.expiration
  return expiration ? (expiration.endDateTime ?? (expiration.duration ? undefined : null)) : undefined
}

const keyOf = (principal: string, role: string, scope: string): string => `${principal}/${role}${scope}`.toLowerCase()

/** Reads which roles these principals have. Returns the assignment of a row. */
export const rolesSeen = async (
  principals: readonly string[],
  { list }: RoleForm,
  context: OperationContext,
): Promise<(row: RoleRow) => Held | undefined> => {
  const found = new Map<string, Held>()
  const urls = [...new Set(principals)].map(id => `${list}?$filter=${encodeURIComponent(`principalId eq '${id}'`)}`)
  for (const listed of await readListings<Listed>(context, urls))
    for (const one of listed ?? [])
      found.set(keyOf(one.principalId, one.roleDefinitionId, one.directoryScopeId), {
        id: one.id,
        end: endOf(one),
        start: one.scheduleInfo?.startDateTime ?? undefined,
      })
  return row => found.get(keyOf(row.principal, row.role, scopeOf(row)))
}

/** The list of the assignments of a role. */
export const ofRole = ({ list }: RoleForm, role: string): string =>
  `${list}?$filter=${encodeURIComponent(`roleDefinitionId eq '${role}'`)}`

/** Ids of the principals that have a role for the whole directory. */
export const holdersOf = async (role: string, { graph, signal }: OperationContext): Promise<ReadonlySet<string>> => {
  const holders = new Set<string>()
  for await (const { values } of graph.pages<Listed>(ofRole(activeForm, role), { signal }))
    for (const { principalId, directoryScopeId } of values)
      if (directoryScopeId === '/') holders.add(principalId.toLowerCase())
  return holders
}
