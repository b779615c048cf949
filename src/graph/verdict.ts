import { isFailure, type Ended } from './call.ts'
import { graphCode } from './refusal.ts'

/**
 * What an attempt says about its request: `final` the service decided · `not-done` it was not carried out, so it may be
 * sent again whatever it is · `undecided` it may have been carried out, so only a repeatable request may be sent again.
 */
export type Verdict = 'final' | 'not-done' | 'undecided'

/** Microsoft's codes for a request that was turned away before anything was done. */
const turnedAway = new Set(['Request_ThrottledTemporarily', 'Directory_ConcurrencyViolation'])
/** The server says that it does not know the method, or the protocol version. */
const neverDone = new Set([501, 505])

/**
 * Judges one attempt. A 429 is refused before it is carried out. A 503, like a 500, 502 or 504, may come from a server in
 * front of one that has done the work, with or without `Retry-After`: that header says when to ask again, not what was done.
 *
 * @see https://learn.microsoft.com/graph/errors
 */
export const verdictOf = (ended: Ended): Verdict => {
  if (isFailure(ended)) return ended.final ? 'final' : ended.sent ? 'undecided' : 'not-done'
  if (ended.status === 429 || turnedAway.has(graphCode(ended) ?? '')) return 'not-done'
  const isDecided = ended.status >= 200 && ended.status < 500
  return isDecided || neverDone.has(ended.status) ? 'final' : 'undecided'
}
