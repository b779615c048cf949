import type { Graph, GraphReply, GraphRequest, Submission, SubmissionOptions, Unit } from '../core/graph.ts'
import { isRepeatable, refuseChange } from './reading.ts'
import { given } from '../core/given.ts'

type OpenSubmission = <U extends Unit>(options: SubmissionOptions<U>) => Submission<U>

interface Numbered extends Unit {
  /** Index of the reply. */
  readonly nth: number
}

/** Submits single requests and collects their replies; see `Graph.batch`. */
export const createBatch =
  (submission: OpenSubmission, readOnly: boolean): Graph['batch'] =>
  async (requests, signal) => {
    if (readOnly) requests.forEach(refuseChange)
    const replies: GraphReply[] = []
    const { submit, drained } = submission<Numbered>({
      ...given({ signal }),
      leaving: () => {},
      ended(endings) {
        for (const ending of endings)
          if (ending.end === 'answered') replies[ending.unit.nth] = ending.reply
          else if (ending.end === 'lost' && isChange(ending.unit)) replies[ending.unit.nth] = lostReply(ending.attempts)
          // Ends the whole call: requests already sent are awaited first, and no more are sent.
          else throw ending.error
      },
    })
    try {
      for (const [nth, request] of requests.entries()) await submit({ requests: [request], nth })
    } finally {
      await drained()
    }
    return replies
  }

const isChange = ({ requests: [request] }: Unit): boolean => !isRepeatable(request as GraphRequest)

/** Status 0: the request was sent and got no reply, and repeating it is not safe. */
const lostReply = (attempts: number): GraphReply => ({
  status: 0,
  headers: {},
  body: {
    error: { code: 'ReplyLost', message: 'No reply came. It is not known whether the request was carried out.' },
  },
  attempts,
})
