import type { Clock } from '../core/clock.ts'
import type { Tenant } from '../core/graph.ts'
import type { BoundWatch } from './bound.ts'
import { isFailure, type Link } from './call.ts'
import type { OnGraphEvent } from './events.ts'
import { failureWords, isUnreachable } from './failure.ts'
import { exhausted, statusWords, unanswered } from './given-up.ts'
import { pathOf } from './refusal.ts'
import { retryAfterMs } from './retry-after.ts'
import { backoffMs, type RetryPolicy } from './retry-policy.ts'
import { verdictOf } from './verdict.ts'

interface RetryOptions {
  readonly policy: RetryPolicy
  readonly clock: Clock
  readonly tenant: Tenant
  readonly host: string
  /** Returns a number from 0 to 1. */
  readonly random: () => number
  readonly onEvent: OnGraphEvent
  /** Observes waits requested by the service. */
  readonly watch: Pick<BoundWatch, 'held'>
}

/** A host that never replied is probably wrong. A typing error should not take 15 minutes to be reported. */
const firstContactMs = 15_000
/** A service that has accepted the sign-in may refuse a good token for a moment: its servers do not learn of it at once. */
const mostRefusals = 2

/**
 * Retries a call until its reply is final or the wait budget is exhausted. If an attempt may have been carried out, only a
 * repeatable call is retried; otherwise the reply or error is undecided.
 *
 * @throws EntrapipeError `GRAPH_THROTTLED` or `GRAPH_UNAVAILABLE`; fact `sent` is true if the request may have been carried out
 */
export const retry = ({ policy, clock, tenant, host, random, onEvent, watch }: RetryOptions): Link => {
  let reached = false
  let accepted = false
  return async (call, _options, next) => {
    let firstFailedAtMs: number | undefined
    let sent = false
    let refusals = 0
    for (let failures = 1; ; failures++) {
      call.attempts++
      const ended = await next()
      if (!isFailure(ended)) reached = true
      const isRefused = !isFailure(ended) && ended.status === 401
      accepted ||= !isFailure(ended) && !isRefused
      const verdict = isRefused && accepted && ++refusals <= mostRefusals ? 'not-done' : verdictOf(ended)
      sent ||= verdict === 'undecided'
      if (verdict === 'final' || (verdict === 'undecided' && !call.repeatable)) {
        if (isFailure(ended)) throw unanswered(call, ended, { host, tenant, sent })
        return ended
      }
      const now = clock.now()
      firstFailedAtMs ??= now
      const toldMs = isFailure(ended) ? undefined : retryAfterMs(ended.headers, now)
      const waitMs = toldMs ?? backoffMs(policy, failures, random)
      const budgetMs =
        !reached && isFailure(ended) && isUnreachable(ended)
          ? Math.min(firstContactMs, policy.waitBudgetMs)
          : policy.waitBudgetMs
      if (now + waitMs - firstFailedAtMs > budgetMs) {
        if (isFailure(ended)) throw unanswered(call, ended, { host, tenant, sent })
        throw exhausted(call, ended, { now, sinceMs: firstFailedAtMs, toldMs, budgetMs, sent }, tenant)
      }
      onEvent({
        kind: 'retry',
        method: call.request.method,
        path: pathOf(call.request.url),
        attempt: call.attempts,
        waitMs,
        ...(isFailure(ended)
          ? { why: failureWords(ended) }
          : { why: `status ${statusWords(ended)}`, status: ended.status }),
      })
      const wait = clock.sleep(waitMs, call.signal)
      await (!isFailure(ended) && ended.status === 429 ? watch.held(wait) : wait)
    }
  }
}
