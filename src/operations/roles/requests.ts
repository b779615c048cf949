import type { Decision, Finding, OperationContext, Sent } from '../../core/operation.ts'
import { readListings } from '../../graph/read-listings.ts'
import { scopeOf, type RoleBefore, type RoleForm, type RoleRow } from './read.ts'

/** A request for a role, as Graph lists it. @see https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityschedulerequest */
interface RoleRequest {
  readonly id: string
  readonly action: string
  readonly status: string
  readonly createdDateTime: string
  readonly principalId: string
  readonly roleDefinitionId: string
  readonly directoryScopeId: string
  readonly justification?: string | null
  readonly isValidationOnly?: boolean | null
  readonly createdBy?: Readonly<Record<string, { readonly id?: string | null } | null>> | null
  readonly scheduleInfo?: { readonly expiration?: { readonly endDateTime?: string | null } | null } | null
  readonly ticketInfo?: { readonly ticketNumber?: string | null } | null
}

/** What an administrator says of a row, unless the row says why. */
export const usualJustification = 'Bulk change by entrapipe'

/** How long after it was sent a request may still be performed. */
const longestMs = 300_000

/** Requests that change nothing. @see https://learn.microsoft.com/graph/api/resources/request */
const idle = new Set(['Canceled', 'Denied', 'Failed', 'PendingApproval', 'PendingAdminDecision'])

const isSameText = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** Whether a person or app that we are made a request. The documents show a person in `createdBy`, and no app. */
const isBy = ({ createdBy }: RoleRequest, own: readonly string[]): boolean =>
  Object.values(createdBy ?? {}).some(who => own.some(id => isSameText(id, who?.id ?? '')))

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000)

/** Whether a request asks for what a row asks for. */
const asksFor = (
  { action, justification, ticketInfo, scheduleInfo }: RoleRequest,
  value: RoleRow,
  wanted: boolean,
): boolean => {
  const end = scheduleInfo?.expiration?.endDateTime ?? undefined
  return (
    action === actionOf(wanted) &&
    (justification ?? '') === (value.justification ?? usualJustification) &&
    (ticketInfo?.ticketNumber ?? '') === (value.ticket ?? '') &&
    (!wanted || (end && seconds(end)) === (value.until && seconds(value.until)))
  )
}

/** What an administrator asks for. */
export const actionOf = (wanted: boolean): string => (wanted ? 'adminAssign' : 'adminRemove')

/**
 * Reads who asked for what, to decide rows whose reply was lost. Graph keeps requests with their authors.
 *
 * @returns a decision for a row; undefined if the requests do not tell, because they may not be read, or nobody knows who we are
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityschedulerequests
 * @see https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentschedulerequests
 */
export const requestsTell = async (
  rows: readonly Sent<RoleRow, RoleBefore>[],
  wanted: boolean,
  { requests: path }: RoleForm,
  context: OperationContext,
): Promise<(row: Sent<RoleRow, RoleBefore>, isAsWanted: boolean) => Decision | undefined> => {
  const identity = path === undefined ? undefined : await context.graph.signedInAs?.(context.signal)
  const own = [identity?.objectId, identity?.kind === 'application' ? identity.appId : undefined].filter(
    id => id !== undefined,
  )
  if (path === undefined || own.length === 0) return () => undefined
  const principals = [...new Set(rows.map(({ value }) => value.principal.toLowerCase()))]
  const urls = principals.map(id => `${path}?$filter=${encodeURIComponent(`principalId eq '${id}'`)}`)
  // An app that may ask for active roles may not be allowed to list the requests.
  const listings = await readListings<RoleRequest>(context, urls, status => status === 403)
  const byPrincipal = new Map(principals.map((id, at) => [id, listings[at]]))
  return ({ value, sinceMs, untilMs = Infinity }, isAsWanted) => {
    const all = byPrincipal
      .get(value.principal.toLowerCase())
      ?.filter(
        one =>
          isSameText(one.roleDefinitionId, value.role) &&
          isSameText(one.directoryScopeId, scopeOf(value)) &&
          one.isValidationOnly !== true &&
          !idle.has(one.status),
      )
    if (!all) return undefined
    const isOwn = (one: RoleRequest): boolean => {
      const madeMs = Date.parse(one.createdDateTime)
      return madeMs >= sinceMs && madeMs <= untilMs + longestMs && isBy(one, own) && asksFor(one, value, wanted)
    }
    const lastMs = Math.max(...all.map(one => Date.parse(one.createdDateTime)))
    const last = all.filter(one => Date.parse(one.createdDateTime) === lastMs)
    const hasOwn = all.some(isOwn)
    if (!isAsWanted) return hasOwn ? { unknown: reversed } : 'not-done'
    if (last.length > 0 && last.every(isOwn)) return listedAfterLoss(value.principal)
    const isTheirs = !hasOwn && last.length > 0 && last.every(one => one.action === actionOf(wanted) && !isBy(one, own))
    return isTheirs ? madeByAnother(value, wanted) : { unknown: untold }
  }
}

const reversed =
  'No reply came. Such a request is listed, but the role is not as it leaves it: somebody else may have changed it since.'
const untold =
  'No reply came. The role is as wanted, but no request that is listed shows whether this run made it so, or somebody else.'

/** The list of requests proves it, so it stays done if somebody else is seen to make such changes. */
const listedAfterLoss = (id: string): Finding => ({
  outcome: 'done',
  id,
  code: 'ListedAfterLostReply',
  message: 'The reply was lost. Graph lists the request as made with this sign-in.',
})

const madeByAnother = ({ principal }: RoleRow, wanted: boolean): Finding => ({
  outcome: 'unchanged',
  id: principal,
  message: `The reply was lost. The role is ${wanted ? 'assigned: somebody else assigned it' : 'not assigned: somebody else took it'}, as the list of requests shows.`,
})
