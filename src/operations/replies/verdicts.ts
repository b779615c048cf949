import type { Decision, Finding, Sent } from '../../core/operation.ts'
import { fewestWitnesses, seenAfterLostReply } from '../../core/witnesses.ts'

/** What was sent and had no reply is as wanted. */
export const seenAfterLoss = (id: string): Finding => ({
  outcome: 'done',
  id,
  code: seenAfterLostReply,
  message: 'The reply was lost. The directory is as the change leaves it.',
})

type Fate = Pick<Sent, 'contested' | 'unwitnessed'>

const doubts = {
  contested:
    'No reply came. The directory shows the change, but somebody else makes the same changes at the same time, so it is not known who made this one.',
  stopped:
    'The run stopped before the reply came. The directory shows the change, but not whether the run made it, or somebody else at that time or since.',
  repeated:
    'No reply came, the change did not show, and it was sent again. The directory shows it now, but not whether the run or somebody else made it.',
}

/** Why somebody else may have made a change without a reply, if the directory shows it; undefined if nothing speaks for that. */
export const doubtOf = ({ contested, unwitnessed }: Fate): string | undefined => {
  const why = contested ? 'contested' : unwitnessed
  return why && doubts[why]
}

/**
 * Decides a link that is as wanted, and whose change had no reply that tells who made it: the directory does not tell. It was this run
 * if enough links of the request witness it, and counts as this run if nothing speaks for somebody else: the replies around a single
 * lost one show who else is at work.
 *
 * @param inRequest number of links of the request, which are all as wanted
 */
export const madeByWhom = (row: Fate, id: string, inRequest = 1): Decision => {
  const unknown = inRequest >= fewestWitnesses ? undefined : doubtOf(row)
  return unknown === undefined ? seenAfterLoss(id) : { unknown }
}
