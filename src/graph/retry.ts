import type { Clock } from '../core/clock.ts'
import { EntrapipeError, type ErrorOptions } from '../core/errors.ts'
import type { Tenant } from '../core/graph.ts'
import { isFailure, type Answer, type Call, type Failure, type Link, type Outcome } from './call.ts'
import type { OnGraphEvent } from './events.ts'
import { failureWords, isUnreachable } from './failure.ts'
import { proxyFailureIn } from './proxy-failure.ts'
import { graphCode, pathOf, replyFacts } from './refusal.ts'
import { retryAfterMs } from './retry-after.ts'
import { backoffMs, type RetryPolicy } from './retry-policy.ts'
import { lasting, untilWords } from './wait-words.ts'

interface RetryOptions {
  readonly policy: RetryPolicy
  readonly clock: Clock
  readonly tenant: Tenant
  readonly host: string
  /** Gives 0 up to 1. */
  readonly random: () => number
  readonly onEvent: OnGraphEvent
}

/** Statuses that pass with time. */
const passing = new Set([429, 500, 502, 503, 504, 509])
/** With these the request was not carried out, so that any request may be sent again. */
const refused = new Set([429, 503])
/** A host that never answered is rather a wrong one: nobody should wait a quarter of an hour to hear of a typing error. */
const firstContactMs = 15_000

/** Whether what came of a call may be better the next time. */
export const passes = (call: Pick<Call, 'repeatable'>, outcome: Outcome): boolean => {
  if (isFailure(outcome)) return outcome.final !== true && (call.repeatable || !outcome.sent)
  if (refused.has(outcome.status)) return true
  if (graphCode(outcome) === 'Directory_ConcurrencyViolation') return true
  return call.repeatable && passing.has(outcome.status)
}

/**
 * Sends again until there is an answer that holds, for as long as the wait budget lasts.
 *
 * @throws EntrapipeError `GRAPH_THROTTLED` or `GRAPH_UNAVAILABLE`; fact `sent` is true when the service may have done what was asked
 */
export const retry = ({ policy, clock, tenant, host, random, onEvent }: RetryOptions): Link => {
  let reached = false
  return async (call, _options, next) => {
    let firstFailedAtMs: number | undefined
    for (let failures = 1; ; failures++) {
      call.attempts++
      const outcome = await next()
      if (!isFailure(outcome)) reached = true
      if (!passes(call, outcome)) {
        if (isFailure(outcome)) throw lost(call, outcome, host, tenant)
        return outcome
      }
      const now = clock.now()
      firstFailedAtMs ??= now
      const told = isFailure(outcome) ? undefined : retryAfterMs(outcome.headers, now)
      const waitMs = told ?? backoffMs(policy, failures, random)
      const budgetMs =
        !reached && isFailure(outcome) && isUnreachable(outcome)
          ? Math.min(firstContactMs, policy.waitBudgetMs)
          : policy.waitBudgetMs
      if (now + waitMs - firstFailedAtMs > budgetMs) {
        if (isFailure(outcome)) throw lost(call, outcome, host, tenant)
        throw exhausted(call, outcome, { now, sinceMs: firstFailedAtMs, toldMs: told }, tenant)
      }
      onEvent({
        kind: 'retry',
        method: call.request.method,
        path: pathOf(call.request.url),
        attempt: call.attempts,
        waitMs,
        ...(isFailure(outcome)
          ? { why: failureWords(outcome) }
          : { why: `status ${outcome.status}`, status: outcome.status }),
      })
      await clock.sleep(waitMs, call.signal)
    }
  }
}

const lost = (call: Call, outcome: Failure, host: string, tenant: Tenant): EntrapipeError => {
  // A sign-in that failed says itself what to do.
  if (outcome.failure instanceof EntrapipeError) return outcome.failure
  const what = `${call.request.method} ${pathOf(call.request.url)}`
  const why = failureWords(outcome)
  const proxied = proxyFailureIn(outcome.failure)
  if (proxied)
    return new EntrapipeError(
      proxied.proxy.status === 407 ? 'SIGN_IN_FAILED' : 'GRAPH_UNAVAILABLE',
      `${host} was not reached for ${what} of tenant "${tenant.name}": ${why}.`,
      {
        cause: outcome.failure,
        facts: { path: pathOf(call.request.url), attempts: call.attempts, sent: false, proxy: proxied.proxy.address },
        fix: proxied.proxy.fix,
      },
    )
  const message =
    outcome.sent && !call.repeatable
      ? `No reply came to ${what} of tenant "${tenant.name}": ${why}. Whether it was done is not known.`
      : `${host} did not answer ${what} of tenant "${tenant.name}": ${why}.`
  return new EntrapipeError('GRAPH_UNAVAILABLE', message, {
    cause: outcome.failure,
    facts: { path: pathOf(call.request.url), attempts: call.attempts, sent: outcome.sent },
  })
}

/** The error of a call whose wait budget is spent. */
export const exhausted = (
  call: Pick<Call, 'request' | 'attempts'>,
  answer: Answer,
  { now, sinceMs, toldMs }: { readonly now: number; readonly sinceMs: number; readonly toldMs: number | undefined },
  tenant: Tenant,
): EntrapipeError => {
  const isThrottled = answer.status === 429
  const { method, url } = call.request
  const often = call.attempts > 1 ? ` for ${lasting(now - sinceMs)} (${call.attempts} attempts)` : ''
  const asked =
    toldMs === undefined ? '' : ` and asks to wait ${untilWords(toldMs, now)}, longer than a request is waited for`
  return new EntrapipeError(
    isThrottled ? 'GRAPH_THROTTLED' : 'GRAPH_UNAVAILABLE',
    `Graph ${isThrottled ? 'throttles' : `answers ${answer.status} to`} ${method} ${pathOf(url)} of tenant "${tenant.name}"${often}${asked}.`,
    {
      facts: { ...replyFacts(call.request, answer), attempts: call.attempts, ...throttleFacts(answer) },
      ...(toldMs === undefined ? {} : { retryAfterMs: toldMs }),
      fix: `Run the same command again ${toldMs === undefined ? 'later' : 'then'}.`,
    },
  )
}

/** What Graph says about why and by whom it is asked too much. */
const throttleFacts = ({ headers }: Answer): NonNullable<ErrorOptions['facts']> => ({
  throttleScope: headers['x-ms-throttle-scope'],
  throttleInformation: headers['x-ms-throttle-information'],
  throttlePercentage: headers['x-ms-throttle-limit-percentage'],
})
