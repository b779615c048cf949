import type { Ending, GraphRequest, Tenant, Unit } from '../core/graph.ts'
import type { Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Reply } from './call.ts'
import { exhausted, lostRequest, notCarriedOut, skippedRequest, undecided } from './given-up.ts'
import { retryAfterMs } from './retry-after.ts'
import { backoffMs, type RetryPolicy } from './retry-policy.ts'
import { unitVerdict, type Fate } from './unit-verdict.ts'

/** A pending request of a unit. */
export interface Item<U extends Unit> {
  readonly unit: U
  readonly at: number
  readonly request: GraphRequest
  readonly repeatable: boolean
  /** Number of attempts, and the id of the last one. */
  attempts: number
  clientRequestId?: string
  /** An attempt of it may have been carried out. */
  lostBefore: boolean
  /** It was already retried because of a refused token. */
  renewed: boolean
}

/** The pending requests of a unit, which are sent together. */
export interface Party<U extends Unit> {
  readonly items: readonly Item<U>[]
  /** Round trips that failed since a request of the party was answered, and the time of the first. */
  readonly failures: number
  readonly firstFailedAtMs?: number
}

/** The result of a round trip. */
export type Trip =
  | { readonly kind: 'replied'; readonly replyTo: (nth: number) => Reply | undefined }
  /** Nothing was carried out. */
  | { readonly kind: 'not-sent'; readonly error: Error }
  /** Everything may have been carried out. */
  | { readonly kind: 'lost'; readonly error: Error }

/** The requests of a party that ended, and those to retry. */
interface Settled<U extends Unit> {
  readonly endings: readonly Ending<U>[]
  readonly again?: { readonly party: Party<U>; readonly waitMs: number }
}

interface SettleSetting {
  readonly policy: RetryPolicy
  readonly clock: Clock
  readonly random: () => number
  readonly tenant: Tenant
}

/** Ends all requests of a party as not carried out, or as lost if an attempt was lost. */
export const notSent = <U extends Unit>(items: readonly Item<U>[], error: Error, tenant: Tenant): Ending<U>[] =>
  items.map(item =>
    item.lostBefore
      ? { ...told(item), end: 'lost', error: lostRequest(item, tenant, error) }
      : { ...told(item), end: 'not-sent', error, ...waitOf(error) },
  )

/** Ends the requests that a round trip decided, and schedules retries. `first` is the index of the party's first request in the batch. */
export const settleParty = <U extends Unit>(
  { items, ...before }: Party<U>,
  trip: Trip,
  first: number,
  setting: SettleSetting,
): Settled<U> => {
  const { tenant, policy, random } = setting
  if (trip.kind === 'not-sent') return { endings: notSent(items, trip.error, tenant) }
  const replies = items.map((_, at) => (trip.kind === 'replied' ? trip.replyTo(first + at) : undefined))
  const lost = trip.kind === 'lost' ? trip.error : undefined
  const { fates, again } = unitVerdict(items.map((item, at) => ({ ...item, reply: replies[at] })))
  const ends = (from: number, to: number, why: (at: number) => Error): Ending<U>[] =>
    items.slice(from, to).map((item, at) => ending(item, fates[from + at]!, replies[from + at], () => why(from + at)))
  const ownWords = (at: number): Error => {
    const [item, reply] = [items[at]!, replies[at]]
    if (fates[at] === 'skipped') return skippedRequest(item, tenant)
    if (fates[at] === 'not-done') return notCarriedOut(item, reply!, tenant)
    return reply ? undecided(item, reply, tenant) : lostRequest(item, tenant, lost)
  }
  const endings = ends(0, again, ownWords)
  const rest = items.slice(again)
  if (rest.length === 0) return { endings }

  rest.forEach((item, at) => {
    item.lostBefore ||= fates[again + at] === 'undecided'
    item.renewed ||= replies[again + at]?.status === 401
  })
  const now = setting.clock.now()
  // A chain that made progress has not been failing since its first request.
  const { failures, firstFailedAtMs: sinceMs = now } = again > 0 ? { failures: 0 } : before
  const toldMs = longest(replies.slice(again), now)
  const waitMs = replies[again]?.status === 401 ? 0 : (toldMs ?? backoffMs(policy, failures + 1, random))
  if (now + waitMs - sinceMs <= policy.waitBudgetMs)
    return { endings, again: { party: { items: rest, failures: failures + 1, firstFailedAtMs: sinceMs }, waitMs } }
  const reply = replies[again]
  const spent = { now, sinceMs, toldMs, budgetMs: policy.waitBudgetMs, sent: rest[0]!.lostBefore }
  const error = reply ? exhausted(rest[0]!, reply, spent, tenant) : ownWords(again)
  return { endings: [...endings, ...ends(again, items.length, () => error)] }
}

const told = <U extends Unit>({ unit, at, attempts, clientRequestId }: Item<U>) => ({
  unit,
  at,
  attempts,
  ...(clientRequestId !== undefined && { clientRequestId }),
})

const ending = <U extends Unit>(item: Item<U>, fate: Fate, reply: Reply | undefined, why: () => Error): Ending<U> => {
  if (fate === 'answered')
    return {
      ...told(item),
      end: 'answered',
      reply: { ...reply!, attempts: item.attempts },
      lostBefore: item.lostBefore,
    }
  const error = why()
  return fate === 'undecided' || item.lostBefore
    ? { ...told(item), end: 'lost', error }
    : { ...told(item), end: 'not-sent', error, ...waitOf(error) }
}

const waitOf = (error: Error) =>
  error instanceof EntrapipeError && error.retryAfterMs !== undefined ? { retryAfterMs: error.retryAfterMs } : {}

const longest = (replies: readonly (Reply | undefined)[], now: number): number | undefined => {
  let longestMs: number | undefined
  for (const reply of replies) {
    const waitMs = reply && retryAfterMs(reply.headers, now)
    if (waitMs !== undefined) longestMs = Math.max(longestMs ?? 0, waitMs)
  }
  return longestMs
}
