import { randomUUID } from 'node:crypto'
import { errorOf, isCode } from '../core/errors.ts'
import type { Leaving, Tenant, Unit } from '../core/graph.ts'
import { batchBody, repliesIn } from './batch-body.ts'
import type { Call } from './call.ts'
import { chargesOf } from './charges.ts'
import type { Exchange } from './exchange.ts'
import { undecided } from './given-up.ts'
import type { Pending, Trip } from './party.ts'
import { reads } from './reading.ts'
import { refusal } from './refusal.ts'
import { verdictOf } from './verdict.ts'

interface RoundTrip {
  /** The result; never rejects. */
  readonly trip: Promise<Trip>
  /** Ends it. A change in flight is answered first, and not retried; so are reads, unless they are `cut` off. */
  stop(error: unknown, cut: boolean): void
}

/** Sends one `$batch`: parallel items, or one chain; or a request that is not batched. `announce` is awaited before each physical attempt; `writing` see `SubmissionOptions`. */
export const roundTrip = <U extends Unit>(
  items: readonly Pending<U>[],
  isChain: boolean,
  {
    announce,
    writing,
  }: {
    readonly announce: (leaving: readonly Leaving<U>[]) => Promise<void>
    readonly writing: (() => void) | undefined
  },
  { exchange, tenant }: { readonly exchange: Exchange; readonly tenant: Tenant },
): RoundTrip => {
  const controller = new AbortController()
  const requests = items.map(({ request }) => request)
  const alone = requests.length === 1 && requests[0]!.unbatched ? requests[0] : undefined
  const ownId = randomUUID()
  const call: Call = {
    ...(alone
      ? { request: { ...alone, headers: { ...alone.headers, 'client-request-id': ownId } } }
      : { request: { method: 'POST', url: '/$batch', body: {} }, entries: requests }),
    signal: controller.signal,
    charges: chargesOf(requests),
    ...(!requests.every(reads) && { settles: true }),
    // Each request is judged by itself.
    repeatable: false,
    attempts: 0,
    ...(writing && { writing }),
    async leave() {
      const ids = items.map(() => (alone ? ownId : randomUUID()))
      await announce(
        items.map(({ unit, at, attempts }, nth) => ({ unit, at, attempt: attempts + 1, clientRequestId: ids[nth]! })),
      )
      items.forEach((item, nth) => {
        item.attempts++
        item.clientRequestId = ids[nth]!
      })
      if (alone) return JSON.stringify(alone.body)
      return batchBody(
        items.map(({ request }, nth) => ({ request, clientRequestId: ids[nth]! })),
        isChain,
      )
    },
  }
  return {
    trip: travel(call, exchange, tenant, alone !== undefined),
    stop(error, cut) {
      if (cut || call.settles || !call.unanswered) controller.abort(error)
    },
  }
}

/** The body of the batch was refused, perhaps because of one entry. */
const contentRefused = new Set([400, 413])

const travel = async (call: Call, exchange: Exchange, tenant: Tenant, isAlone: boolean): Promise<Trip> => {
  try {
    const reply = await exchange(call)
    if (isAlone) return { kind: 'replied', replyTo: () => reply }
    if (reply.status >= 200 && reply.status <= 299) {
      const replies = repliesIn(reply)
      return { kind: 'replied', replyTo: nth => replies.get(String(nth + 1)) }
    }
    return verdictOf(reply) === 'undecided'
      ? { kind: 'lost', error: undecided(call, reply, tenant) }
      : {
          kind: 'not-sent',
          why: contentRefused.has(reply.status) ? 'refused' : 'unsent',
          error: refusal(call.request, reply, tenant),
        }
  } catch (thrown) {
    const error = errorOf(thrown)
    if (call.unanswered) return { kind: 'lost', error }
    return { kind: 'not-sent', why: isCode(error, 'GRAPH_THROTTLED') ? 'throttled' : 'unsent', error }
  }
}
