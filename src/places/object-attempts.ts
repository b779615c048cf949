import { asSentence } from '../core/as-sentence.ts'
import { systemAlarm } from '../core/clock.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError, errorOf, systemCode } from '../core/errors.ts'
import { failureOf, failureWords } from '../graph/failure.ts'
import { backoffMs, type RetryPolicy } from '../graph/retry-policy.ts'
import { isUnanswered } from './object-requests.ts'

/** What a store answered instead of doing what it was asked. */
export interface Refusal {
  readonly status: number
  /** The store's own code: `ContainerNotFound`, `NoSuchBucket`. `ENOTFOUND` without an answer, if its name was not found. */
  readonly code: string
  /** The wait that it requested. */
  readonly retryAfterMs?: number | undefined
}

/** A store of objects, as far as its failures are concerned. */
interface Answering {
  /** For messages: a host, or a bucket. */
  readonly name: string
  /** What the store answered; undefined if the error is not an answer. */
  refusalOf(error: unknown): Refusal | undefined
  /** Explains a refusal that a retry would meet again. */
  explain(refusal: Refusal): EntrapipeError
}

/** What a request that is retried uses of a context. */
export type Waiting = Pick<Context, 'clock' | 'signal'>

/** How long a run that was stopped may remove what it left. */
const tidyMs = 20_000

/** For requests that read or remove what is there: a run that was stopped has a short time for them. */
export const tidying = ({ clock, signal }: Waiting): Waiting => {
  if (!signal.aborted) return { clock, signal }
  const stop = new AbortController()
  systemAlarm(tidyMs, () =>
    stop.abort(new EntrapipeError('SERVER_UNAVAILABLE', 'The run was stopped before what it left could be removed.')),
  )
  return { clock, signal: stop.signal }
}

/** Does requests, each again if it fails for a time. `again` is true then: it may have been performed. */
export interface Attempts {
  request<T>(ctx: Waiting, work: (again: boolean) => Promise<T>): Promise<T>
  /** As `request`, but undefined if the store says that the object does not exist. */
  seek<T>(ctx: Waiting, work: (again: boolean) => Promise<T>): Promise<T | undefined>
}

/** For a store that has answered before: waits up to 10 minutes, and then the run can be resumed. */
const patient: RetryPolicy = { waitBudgetMs: 600_000, firstMs: 200, maxMs: 30_000 }
/** For a store that has not answered yet: its name may be wrong. */
const brief: RetryPolicy = { waitBudgetMs: 30_000, firstMs: 200, maxMs: 5_000 }

const temporary = new Set([408, 429, 500, 502, 503, 504])

/**
 * Retries the requests of a store that fail for a time, with back-off. Its library does not: this policy is the same for all stores,
 * follows the clock and the signal of the run, and lasts longer.
 *
 * @throws EntrapipeError that of `explain`; `SERVER_UNAVAILABLE`
 */
export const attempts = (store: Answering): Attempts => {
  let hasAnswered = false

  /** How long to wait after a failure. Throws if a retry would fail, too. */
  const waitAfter = (error: unknown, failures: number, sinceMs: number): number => {
    const refusal = store.refusalOf(error)
    if (refusal) hasAnswered = true
    if (refusal && !temporary.has(refusal.status)) throw store.explain(refusal)
    // A sign-in that failed for a time is an error of ours.
    const isOurs = error instanceof EntrapipeError
    if (!refusal && !isOurs) {
      if (!isUnanswered(error)) throw error
      if (!hasAnswered && systemCode(error) === 'ENOTFOUND') throw store.explain({ status: 0, code: 'ENOTFOUND' })
      if (failureOf(error).final) throw unavailable(store.name, error)
    }
    const policy = hasAnswered ? patient : brief
    const waitMs = refusal?.retryAfterMs ?? backoffMs(policy, failures, Math.random)
    if (sinceMs + waitMs > policy.waitBudgetMs) throw isOurs ? error : unavailable(store.name, error, refusal)
    return waitMs
  }

  const attempt = async <T>(
    ctx: Waiting,
    work: (again: boolean) => Promise<T>,
    instead: (error: unknown) => boolean,
  ): Promise<T | undefined> => {
    let firstMs: number | undefined
    for (let failures = 0; ;)
      try {
        const result = await work(failures > 0)
        hasAnswered = true
        return result
      } catch (error) {
        if (ctx.signal.aborted) throw ctx.signal.reason
        if (error instanceof EntrapipeError && !error.retryable) throw error
        if (instead(error)) return undefined
        firstMs ??= ctx.clock.now()
        await ctx.clock.sleep(waitAfter(error, ++failures, ctx.clock.now() - firstMs), ctx.signal)
      }
  }

  return {
    request: async (ctx, work) => (await attempt(ctx, work, () => false))!,
    seek: (ctx, work) => attempt(ctx, work, error => store.refusalOf(error)?.status === 404),
  }
}

/** Whether a conditional write was done: false if its object exists already. */
export const unlessThere = async (writing: Promise<unknown>): Promise<boolean> => {
  try {
    await writing
    return true
  } catch (error) {
    if (error instanceof EntrapipeError && [409, 412].includes(Number(error.facts['status']))) return false
    throw error
  }
}

const unavailable = (name: string, error: unknown, refusal?: Refusal): EntrapipeError => {
  const why = refusal ? `it answers ${refusal.status} ${refusal.code}`.trim() : failureWords(failureOf(error))
  return new EntrapipeError('SERVER_UNAVAILABLE', asSentence(`${name} cannot be used: ${why}`), {
    // The library's error has the request, with its headers.
    cause: new Error(errorOf(error).message.split('\n')[0]),
    facts: { place: name, status: refusal?.status },
    fix: 'Run the same command again later: it resumes.',
  })
}
