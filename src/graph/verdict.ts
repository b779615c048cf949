import { isFailure, type Ended } from './call.ts'
import { graphCode } from './refusal.ts'

/**
 * The result of an attempt. `final`: the service decided · `not-done`: the request was not carried out, so any request may
 * be retried · `undecided`: it may have been carried out, so only a repeatable request may be retried.
 */
export type Verdict = 'final' | 'not-done' | 'undecided'

/** Microsoft's codes for a request that was refused before it was carried out. */
const turnedAway = new Set(['Request_ThrottledTemporarily', 'Directory_ConcurrencyViolation'])
/** The server does not support the method or the protocol version. */
const neverDone = new Set([501, 505])

/**
 * Judges one attempt. A request with status 429 was not carried out. A 503, like a 500, 502 or 504, may come from a server
 * in front of one that has done the work, with or without `Retry-After`: that header says when to retry, not what was done.
 *
 * @see https://learn.microsoft.com/graph/errors
 */
export const verdictOf = (ended: Ended): Verdict => {
  if (isFailure(ended)) return ended.final ? 'final' : ended.sent ? 'undecided' : 'not-done'
  if (ended.status === 429 || turnedAway.has(graphCode(ended) ?? '')) return 'not-done'
  const isDecided = ended.status >= 200 && ended.status < 500
  return isDecided || neverDone.has(ended.status) ? 'final' : 'undecided'
}
