import { EntrapipeError, type ErrorOptions } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Tenant } from '../core/graph.ts'
import type { Call, Failure, Reply } from './call.ts'
import { failureWords } from './failure.ts'
import { proxyFailureIn } from './proxy-failure.ts'
import { graphCode, pathOf, replyFacts, serverText } from './refusal.ts'
import { lasting, untilWords } from './wait-words.ts'

type Asked = Pick<Call, 'request' | 'attempts'>

/** The error for a call without a reply. `sent`: an attempt may have been carried out. */
export const unanswered = (
  call: Asked & Pick<Call, 'repeatable'>,
  { failure, ...ended }: Failure,
  { host, tenant, sent }: { readonly host: string; readonly tenant: Tenant; readonly sent: boolean },
): EntrapipeError => {
  // A sign-in error already has a fix.
  if (failure instanceof EntrapipeError) return sent ? afterLoss(failure) : failure
  const path = pathOf(call.request.url)
  const what = `${call.request.method} ${path}`
  const why = failureWords({ failure, ...ended })
  const proxied = proxyFailureIn(failure)
  if (proxied)
    return new EntrapipeError(
      proxied.proxy.status === 407 ? 'SIGN_IN_FAILED' : 'GRAPH_UNAVAILABLE',
      `${host} could not be reached for ${what} of tenant "${tenant.name}": ${why}.`,
      {
        cause: failure,
        facts: { path, attempts: call.attempts, sent, proxy: proxied.proxy.address },
        fix: proxied.proxy.fix,
      },
    )
  const message =
    sent && !call.repeatable
      ? `No reply came to ${what} of tenant "${tenant.name}": ${why}. It is not known whether the request was carried out.`
      : `${host} did not answer ${what} of tenant "${tenant.name}": ${why}.`
  return new EntrapipeError('GRAPH_UNAVAILABLE', message, {
    cause: failure,
    facts: { path, attempts: call.attempts, sent },
  })
}

/** The same error, for a call of which an earlier attempt may have been carried out. */
const afterLoss = (error: EntrapipeError): EntrapipeError =>
  new EntrapipeError(error.code, error.message, {
    cause: error,
    facts: { ...error.facts, sent: true },
    ...given({ retryAfterMs: error.retryAfterMs, fix: error.fix }),
  })

interface Spent {
  readonly now: number
  /** When the first attempt failed. */
  readonly sinceMs: number
  /** The wait that the last reply requested. */
  readonly toldMs: number | undefined
  readonly budgetMs: number
  /** An attempt may have been carried out. */
  readonly sent: boolean
}

/** The status of a reply for a message. */
export const statusWords = (reply: Reply): string =>
  reply.insteadOf === undefined
    ? String(reply.status)
    : `${reply.insteadOf} with an error in place of a result (${graphCode(reply) ?? 'without a code'})`

/** The error for a call whose wait budget is exhausted, or whose next wait alone exceeds it. */
export const exhausted = (
  call: Asked,
  reply: Reply,
  { now, sinceMs, toldMs, budgetMs, sent }: Spent,
  tenant: Tenant,
): EntrapipeError => {
  const isThrottled = reply.status === 429
  const what = `${call.request.method} ${pathOf(call.request.url)} of tenant "${tenant.name}"`
  const often = call.attempts > 1 ? ` for ${lasting(now - sinceMs)} (${call.attempts} attempts)` : ''
  // A short wait that exceeds the remaining budget is not the reason.
  const isLong = toldMs !== undefined && toldMs > budgetMs
  const asked = isLong ? ` and asks to wait ${untilWords(toldMs, now)}` : ''
  return new EntrapipeError(
    isThrottled ? 'GRAPH_THROTTLED' : 'GRAPH_UNAVAILABLE',
    `Graph ${isThrottled ? 'throttles' : `answers ${statusWords(reply)} to`} ${what}${often}${asked}. The longest wait for a request is ${lasting(budgetMs)}.`,
    {
      facts: { ...replyFacts(call.request, reply), attempts: call.attempts, sent, ...throttleFacts(reply) },
      ...given({ retryAfterMs: toldMs }),
      fix: isLong ? 'Run the same command again after that time.' : 'Run the same command again later.',
    },
  )
}

/** The error for a change with a status that leaves open whether it was carried out. */
export const undecided = (call: Asked, reply: Reply, tenant: Tenant): EntrapipeError =>
  new EntrapipeError(
    'GRAPH_UNAVAILABLE',
    `Graph answered ${statusWords(reply)} to ${call.request.method} ${pathOf(call.request.url)} of tenant "${tenant.name}". It is not known whether the request was carried out.`,
    { facts: { ...replyFacts(call.request, reply), attempts: call.attempts, sent: true } },
  )

/** Graph's details about the limit that was reached. */
const throttleFacts = ({ headers }: Reply): NonNullable<ErrorOptions['facts']> => ({
  throttleScope: serverText(headers['x-ms-throttle-scope']),
  throttleInformation: serverText(headers['x-ms-throttle-information']),
  throttlePercentage: serverText(headers['x-ms-throttle-limit-percentage']),
})

/** The error for a request in a batch that has no reply and may have been carried out. */
export const lostRequest = (call: Asked, tenant: Tenant, cause?: Error): EntrapipeError =>
  new EntrapipeError(
    'GRAPH_UNAVAILABLE',
    `No reply came to ${call.request.method} ${pathOf(call.request.url)} of tenant "${tenant.name}". It is not known whether the request was carried out.`,
    {
      ...given({ cause }),
      facts: { path: pathOf(call.request.url), attempts: call.attempts, sent: true },
    },
  )

/** The error for a request whose predecessor in a chain did not succeed. */
export const skippedRequest = (call: Asked, tenant: Tenant): EntrapipeError =>
  new EntrapipeError(
    'GRAPH_REFUSED',
    `${call.request.method} ${pathOf(call.request.url)} of tenant "${tenant.name}" was not carried out, because the request before it did not succeed.`,
    { facts: { status: 424, path: pathOf(call.request.url), attempts: call.attempts, sent: false } },
  )

/** The error for a refused request that cannot be retried, because a later request in its chain was carried out. */
export const notCarriedOut = (call: Asked, reply: Reply, tenant: Tenant): EntrapipeError =>
  new EntrapipeError(
    reply.status === 429 ? 'GRAPH_THROTTLED' : 'GRAPH_UNAVAILABLE',
    `Graph answered ${statusWords(reply)} to ${call.request.method} ${pathOf(call.request.url)} of tenant "${tenant.name}". The request was not carried out.`,
    { facts: { ...replyFacts(call.request, reply), attempts: call.attempts, sent: false } },
  )
