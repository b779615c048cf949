import type { Ending, GraphRequest, NotSent, Tenant, Unit } from '../core/graph.ts'
import type { Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Reply } from './call.ts'
import { exhausted, lostRequest, notCarriedOut, skippedRequest, undecided } from './given-up.ts'
import { refusal } from './refusal.ts'
import { retryAfterMs } from './retry-after.ts'
import { backoffMs, type RetryPolicy } from './retry-policy.ts'
import { unitVerdict, type Fate } from './unit-verdict.ts'

/** A pending request of a unit. */
export interface Pending<U extends Unit> {
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
  readonly items: readonly Pending<U>[]
  /** Round trips that failed since a request of the party was answered, and the time of the first. */
  readonly failures: number
  readonly firstFailedAtMs?: number
}

/** The result of a round trip. */
export type Trip =
  | { readonly kind: 'replied'; readonly replyTo: (nth: number) => Reply | undefined }
  /** Nothing was carried out. */
  | { readonly kind: 'not-sent'; readonly why: NotSent; readonly error: Error }
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
  readonly longestWaitMs?: number
}

/** Ends all requests of a party as not carried out, or as lost if an attempt was lost. */
export const notSent = <U extends Unit>(
  items: readonly Pending<U>[],
  { why, error }: { readonly why: NotSent; readonly error: Error },
  tenant: Tenant,
): Ending<U>[] =>
  items.map(item =>
    item.lostBefore
      ? { ...told(item), end: 'lost', error: lostRequest(item, tenant, error) }
      : { ...told(item), end: 'not-sent', why, error, ...waitOf(error) },
  )

/** Ends the requests that a round trip decided, and schedules retries. `first` is the index of the party's first request in the batch. */
export const settleParty = <U extends Unit>(
  { items, ...before }: Party<U>,
  trip: Trip,
  first: number,
  setting: SettleSetting,
): Settled<U> => {
  const { tenant, policy, random, longestWaitMs = Infinity } = setting
  if (trip.kind === 'not-sent') return { endings: notSent(items, trip, tenant) }
  const replies = items.map((_, at) => (trip.kind === 'replied' ? trip.replyTo(first + at) : undefined))
  const lost = trip.kind === 'lost' ? trip.error : undefined
  const { fates, again } = unitVerdict(items.map((item, at) => ({ ...item, reply: replies[at] })))
  const errorAt = (at: number): Error => {
    const [item, reply] = [items[at]!, replies[at]]
    if (fates[at] === 'skipped') return skippedRequest(item, tenant)
    if (fates[at] === 'no-token') return refusal(item.request, reply!, tenant)
    if (fates[at] === 'not-done') return notCarriedOut(item, reply!, tenant)
    return reply ? undecided(item, reply, tenant) : lostRequest(item, tenant, lost)
  }
  // What was not done in a chain that is not retried is not to blame: an earlier request of it was lost.
  const endings = items
    .slice(0, again)
    .map((item, at) => ending(item, fates[at] === 'not-done' ? 'skipped' : fates[at]!, replies[at], () => errorAt(at)))
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
  if (waitMs <= longestWaitMs && now + waitMs - sinceMs <= policy.waitBudgetMs)
    return { endings, again: { party: { items: rest, failures: failures + 1, firstFailedAtMs: sinceMs }, waitMs } }
  const budgetMs = Math.min(longestWaitMs, policy.waitBudgetMs)
  const spent = { now, sinceMs, toldMs, budgetMs, sent: rest[0]!.lostBefore }
  const left = rest.map((item, at) => {
    const [nth, reply] = [again + at, replies[again + at]]
    const isFirst = at === 0 && reply !== undefined
    return ending(
      item,
      fates[nth]!,
      reply,
      () => (isFirst ? exhausted(item, reply, spent, tenant) : errorAt(nth)),
      toldMs,
    )
  })
  return { endings: [...endings, ...left] }
}

const told = <U extends Unit>({ unit, at, attempts, clientRequestId }: Pending<U>) => ({
  unit,
  at,
  attempts,
  ...(clientRequestId !== undefined && { clientRequestId }),
})

const ending = <U extends Unit>(
  item: Pending<U>,
  fate: Fate,
  reply: Reply | undefined,
  whyNot: () => Error,
  retryAfterMs?: number,
): Ending<U> => {
  if (fate === 'answered')
    return {
      ...told(item),
      end: 'answered',
      reply: { ...reply!, attempts: item.attempts },
      lostBefore: item.lostBefore,
    }
  const error = whyNot()
  if (fate === 'undecided' || item.lostBefore) return { ...told(item), end: 'lost', error }
  const why = fate === 'skipped' ? 'chain' : reply?.status === 401 ? 'unsent' : 'throttled'
  return { ...told(item), end: 'not-sent', why, error, ...given({ retryAfterMs }), ...waitOf(error) }
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
