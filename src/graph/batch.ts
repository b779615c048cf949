import type { Clock } from '../core/clock.ts'
import type { GraphReply, GraphRequest, Tenant } from '../core/graph.ts'
import type { Json } from '../core/json.ts'
import { isCode } from '../core/errors.ts'
import type { OnGraphEvent } from './events.ts'
import type { Answer } from './call.ts'
import { lowerCased } from './govern.ts'
import { isRepeatable } from './reading.ts'
import { exhausted, passes } from './retry.ts'
import { retryAfterMs } from './retry-after.ts'
import { backoffMs, type RetryPolicy } from './retry-policy.ts'

interface BatchSetting {
  readonly policy: RetryPolicy
  readonly clock: Clock
  readonly tenant: Tenant
  readonly random: () => number
  readonly onEvent: OnGraphEvent
  /** Sends one `$batch`; a refusal of the whole is thrown. */
  readonly send: (request: GraphRequest, signal?: AbortSignal) => Promise<GraphReply>
}

/** What Graph takes in one round trip. */
const widest = 20
/** Round trips that may be asked for at once; the governor decides how many really are under way. */
const mostAtOnce = 16

interface Entry {
  readonly request: GraphRequest
  readonly repeatable: boolean
  attempts: number
  firstFailedAtMs?: number
  /** What was answered last. */
  answer?: Answer
  /** When the service answered that, by its own clock (`Date`). */
  answeredAt?: string | undefined
  /** Whether the answer holds. */
  settled: boolean
}

/**
 * Sends requests 20 a round trip. Those that were throttled or failed are sent again alone, after the longest wait that
 * any of them was told; see `Graph.batch`.
 */
export const createBatch = (setting: BatchSetting) => {
  const { policy, clock, random, onEvent, tenant } = setting
  return async (requests: readonly GraphRequest[], signal?: AbortSignal): Promise<GraphReply[]> => {
    const entries = requests.map((request): Entry => ({
      request,
      repeatable: isRepeatable(request),
      attempts: 0,
      settled: false,
    }))
    let open: readonly Entry[] = entries
    for (let round = 1; open.length > 0; round++) {
      await sendAll(setting, open, signal)
      open = open.filter(entry => !entry.settled)
      if (open.length === 0) break
      const now = clock.now()
      const told = longestWait(open, now)
      const waitMs = told ?? backoffMs(policy, round, random)
      for (const entry of open) {
        entry.firstFailedAtMs ??= now
        if (now + waitMs - entry.firstFailedAtMs > policy.waitBudgetMs)
          throw exhausted(
            entry,
            entry.answer ?? noAnswer,
            { now, sinceMs: entry.firstFailedAtMs, toldMs: told },
            tenant,
          )
      }
      onEvent({
        kind: 'retry',
        method: 'POST',
        path: '/$batch',
        attempt: round,
        waitMs,
        why: `${open.length} of ${entries.length} requests of a batch`,
      })
      await clock.sleep(waitMs, signal)
    }
    return entries.map(({ answer = noAnswer, attempts }) => ({ ...answer, attempts }))
  }
}

/** Status 0: it was sent, no reply came, and the same again might do harm. */
const noAnswer: Answer = {
  status: 0,
  headers: {},
  body: { error: { code: 'ReplyLost', message: 'No reply came. Whether it was done is not known.' } },
}

const longestWait = (entries: readonly Entry[], now: number): number | undefined => {
  let longest: number | undefined
  for (const { answer, answeredAt } of entries) {
    const waitMs = answer && retryAfterMs(answer.headers, now, answer.headers['date'] ?? answeredAt)
    if (waitMs !== undefined) longest = Math.max(longest ?? 0, waitMs)
  }
  return longest
}

const sendAll = async (setting: BatchSetting, entries: readonly Entry[], signal?: AbortSignal): Promise<void> => {
  const chunks: (readonly Entry[])[] = []
  for (let at = 0; at < entries.length; at += widest) chunks.push(entries.slice(at, at + widest))
  const queue = chunks.values()
  // One iterator for all: whoever is done takes the next chunk.
  let failed: { readonly error: unknown } | undefined
  const worker = async () => {
    for (const chunk of queue) {
      if (failed) return
      try {
        await sendChunk(setting, chunk, signal)
      } catch (error) {
        failed ??= { error }
      }
    }
  }
  // Whoever hears of the failure may be sure that nothing is sent any more.
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, chunks.length) }, worker))
  if (failed) throw failed.error
}

const sendChunk = async ({ send }: BatchSetting, chunk: readonly Entry[], signal?: AbortSignal): Promise<void> => {
  const requests = chunk.map(({ request }, at) => asEntry(request, String(at + 1)))
  let reply: GraphReply
  try {
    reply = await send({ method: 'POST', url: '/$batch', body: { requests } }, signal)
  } catch (error) {
    if (!isLost(error) || chunk.every(entry => entry.repeatable)) throw error
    for (const entry of chunk) {
      entry.attempts++
      entry.settled = !entry.repeatable
      // An earlier answer says nothing of this attempt.
      delete entry.answer
    }
    return
  }
  const answers = answersOf(reply.body)
  chunk.forEach((entry, at) => {
    entry.attempts += reply.attempts
    const answer = answers.get(String(at + 1))
    entry.answeredAt = reply.headers['date']
    if (answer) entry.answer = answer
    else delete entry.answer
    entry.settled = answer ? !passes(entry, answer) : !entry.repeatable
  })
}

/** With these a part of a batch may have been carried out. */
const undecided = new Set<unknown>([500, 502, 504, 509])

/** Whether nobody knows what became of what was sent. */
const isLost = (error: unknown): boolean =>
  isCode(error, 'GRAPH_UNAVAILABLE')
    ? error.facts['sent'] === true
    : isCode(error, 'GRAPH_REFUSED') && undecided.has(error.facts['status'])

/** A body needs its content type in the entry; a request of ours that has one says so already. */
const asEntry = ({ method, url, headers, body }: GraphRequest, id: string): Json => {
  if (body === undefined) return { id, method, url, ...(headers && { headers }) }
  const isNamed = Object.keys(headers ?? {}).some(name => name.toLowerCase() === 'content-type')
  return { id, method, url, headers: { ...headers, ...(!isNamed && { 'Content-Type': 'application/json' }) }, body }
}

const answersOf = (body: unknown): Map<string, Answer> => {
  const entries = (body as { responses?: unknown } | undefined)?.responses
  const answers = new Map<string, Answer>()
  if (Array.isArray(entries))
    for (const { id, status, headers, body } of entries as readonly Record<string, unknown>[])
      answers.set(String(id), { status: Number(status), headers: lowerCased(headers), body })
  return answers
}
