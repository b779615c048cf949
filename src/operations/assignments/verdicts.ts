import type { GraphReply } from '../../core/graph.ts'
import type { Decision, Finding, Ready, Sent, Values, Verdict } from '../../core/operation.ts'
import { graphCode, graphMessage } from '../../graph/refusal.ts'
import { isBusy, isDone, isMissing, refused } from '../replies/refused.ts'
import { madeByWhom } from '../replies/verdicts.ts'

/** A row that gives a role to a principal, or takes it. */
export interface Assigned extends Values {
  /** Id of the user, group or service principal. */
  readonly principal: string
}

/** Graph's words for a role that the principal has, and for one that it does not have. */
const already = /Permission being assigned already exists|A conflicting object with one or more|RoleAssignmentExists/i
const absent = /RoleAssignmentDoesNotExist/i

/** The result of a request that assigns a role. */
export const settleAssignment = ([row]: readonly Ready<Assigned>[], reply: GraphReply): readonly [Verdict] => {
  const { value, lost } = row!
  if (isDone(reply)) return [{ outcome: 'done', id: value.principal }]
  if (isBusy(reply)) return ['apart']
  if (already.test(`${graphCode(reply) ?? ''} ${graphMessage(reply) ?? ''}`))
    return [lost ? 'undecided' : byAnother(value, 'The role is assigned: somebody else assigned it.')]
  if (isMissing(reply)) return ['later']
  return [refused(reply)]
}

/** The result of a request that takes a role. */
export const settleUnassignment = ([row]: readonly Ready<Assigned>[], reply: GraphReply): readonly [Verdict] => {
  const { value, lost } = row!
  if (isDone(reply)) return [{ outcome: 'done', id: value.principal }]
  if (isBusy(reply)) return ['apart']
  // Before, it was there: another replica does not show it yet, or an earlier attempt removed it.
  if (isMissing(reply) || absent.test(graphCode(reply) ?? '')) return [lost ? 'undecided' : 'later']
  return [refused(reply)]
}

const byAnother = ({ principal }: Assigned, message: string): Finding => ({
  outcome: 'unchanged',
  id: principal,
  message,
})

/**
 * Decides a row whose reply was lost.
 *
 * @param isAsWanted undefined if the principal or the role is gone
 */
export const decided = (row: Sent<Assigned>, isAsWanted: boolean | undefined): Decision => {
  if (isAsWanted === undefined) return { unknown: 'No reply came, and then the principal or the role was deleted.' }
  return isAsWanted ? madeByWhom(row, row.value.principal) : 'not-done'
}
