import type { GraphReply } from '../../core/graph.ts'
import type { Ready, Verdict } from '../../core/operation.ts'
import { graphMessage } from '../../graph/refusal.ts'
import { refusalIn } from '../../licensing/refusal.ts'
import { isBusy, isDone, isMissing, refused } from '../replies/refused.ts'

/**
 * The result of a request that processes the licences of a user again, in all groups. Its error may be about another group or product than the
 * row is, and the reply has no states, so what the user has then decides.
 *
 * @see https://learn.microsoft.com/graph/api/user-reprocesslicenseassignment
 */
export const settleReprocessing = ({ lost }: Pick<Ready, 'lost'>, reply: GraphReply): Verdict => {
  if (isDone(reply)) return 'undecided'
  if (isBusy(reply)) return 'apart'
  if (isMissing(reply)) return lost ? 'undecided' : 'later'
  return refusalIn(graphMessage(reply) ?? '') ? 'undecided' : refused(reply)
}
