import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { cost } from '../../data/costs.ts'
import { fateOf, lateMs, type Fate } from '../faults/fate.ts'
import type { FaultSchedule } from '../faults/fault-schedule.ts'
import { pageFaults, type FaultRule } from '../faults/types.ts'
import { GraphFault, type Caller, type PageFault, type Resources, type SandboxReply } from '../protocol.ts'
import type { Throttle, Verdict } from '../throttle/throttle.ts'
import type { Journal } from './counters.ts'
import { throttledBody, type RequestIds } from './envelope.ts'
import type { PerformWrite } from './perform-write.ts'
import { createRetries } from './retries.ts'
import { refusalReply, scriptedReply } from './scripted-replies.ts'

/** A request to Graph, either single or an entry of a `$batch`. */
export interface GraphCall {
  readonly method: string
  /** Path and query below the version root, with a leading slash. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed JSON, or a GraphFault if it could not be parsed. */
  readonly body: unknown
  readonly caller: Caller
  readonly root: string
  readonly ids: RequestIds
  /** The request-id of the `$batch` that contains it. */
  readonly batch?: string
}

/** A reply, its cost, and the fault that strikes it. */
export interface ServedReply extends SandboxReply {
  readonly units: number
  /** Fault of the connection. On an entry of a batch, one that cuts it. */
  readonly wire?: FaultRule
  /** For an entry of a batch: the batch's reply lacks it. */
  readonly missing?: true
}

/** Applies throttling and faults around the resources, for a single request or an entry of a batch. */
export interface GraphService {
  perform(call: GraphCall): Promise<ServedReply>
}

/**
 * Performs a `$batch`, each entry by `perform`. With a `share`, only that share of the entries.
 *
 * @throws GraphFault when the batch itself is invalid
 */
export type BatchRunner = (whole: GraphCall, perform: GraphService['perform'], share?: number) => Promise<ServedReply>

const batchUrl = /^\/\$batch\/?(?:\?|$)/i
const isWhole = (call: GraphCall): boolean => call.batch === undefined && batchUrl.test(call.url)

const pageFaultNames: ReadonlySet<string> = new Set(pageFaults)

type Answer = SandboxReply & { readonly units?: number; readonly wire?: FaultRule }

/** Stands for the reply to a request that is not performed, or not yet. The client does not see it. */
const none: Answer = { status: 503, headers: {}, body: undefined }

/**
 * Answers calls: scheduled faults first, then throttling, then the resources. Every call is charged, recorded, and
 * remembered to detect retries, whatever its result. Reads are performed after the latency, writes at its end.
 */
export const createGraphService = (options: {
  readonly resources: Resources
  readonly batch: BatchRunner
  readonly throttle: Throttle
  readonly faults: FaultSchedule
  readonly journal: Journal
  readonly clock: Clock
  readonly write: PerformWrite
  readonly latencyMs: number
  /** Aborted when the sandbox closes. Writes in progress are then not performed. */
  readonly signal: AbortSignal
  /** Called with errors that are defects of the sandbox. */
  readonly onDefect: (error: unknown) => void
}): GraphService => {
  const { clock, faults, journal, signal, throttle } = options
  const retries = createRetries()
  /** A batch itself costs nothing. Its entries are charged. */
  const free: Verdict = { refused: false, units: 0, headers: {} }

  const report = (error: unknown): void => {
    if (!(error instanceof GraphFault) && !signal.aborted) options.onDefect(error)
  }

  const ask = async (call: GraphCall, retried: boolean, rule: FaultRule | undefined): Promise<Answer> => {
    const latency = options.latencyMs > 0 ? clock.sleep(options.latencyMs) : undefined
    try {
      if (isWhole(call)) return await options.batch(call, service.perform, rule?.share)
      if (call.body instanceof GraphFault) throw call.body
      if (!isWrite(call)) await latency
      const [path = '', ...query] = call.url.split('?')
      const clientRequestId = call.headers['client-request-id']
      const page = rule && pageFaultNames.has(rule.fault) ? (rule.fault as PageFault) : undefined
      const answer = await options.resources({
        method: call.method,
        path,
        query: query.join('?'),
        headers: call.headers,
        body: call.body,
        caller: call.caller,
        root: call.root,
        requestId: call.ids.requestId,
        ...(clientRequestId === undefined ? {} : { clientRequestId }),
        retried,
        ...(page && (page !== 'tokenGoneAfterRetry' || retried) ? { pageFault: page } : {}),
      })
      return 'apply' in answer ? await options.write(answer, latency) : answer
    } catch (error) {
      report(error)
      return refusalReply(error, call.ids, clock.now())
    } finally {
      await latency
    }
  }

  /** Performs a call unless it is throttled, and counts how a write ended. */
  const settle = async (call: GraphCall, verdict: Verdict, retried: boolean, rule: FaultRule | undefined) => {
    const answer: Answer = verdict.refused
      ? { status: 429, headers: {}, body: throttledBody(call.ids, clock.now()) }
      : await ask(call, retried, rule)
    if (isWrite(call)) journal.settled(call, answer.status)
    return answer
  }

  const service: GraphService = {
    async perform(call) {
      const key = `${call.caller.appId} ${call.method} ${call.url}`
      const [whole, entry] = [isWhole(call), call.batch !== undefined]
      const rule = faults.strike(
        call.method,
        call.url.split('?', 1)[0] ?? '',
        whole ? 'batch' : entry ? 'entry' : 'single',
      )
      const fate = fateOf(rule)
      const verdict = whole ? free : throttle.charge(call.caller.appId, call.method, call.url)
      const retried = retries.seen(key)
      if (isWrite(call)) journal.attempted(call)

      let own: Answer | undefined
      if (fate.performed === 'now') own = await settle(call, verdict, retried, rule)
      if (fate.performed === 'later')
        clock
          .sleep(rule?.delayMs ?? lateMs, signal)
          .then(() => settle(call, verdict, retried, undefined))
          .catch(report)
      const scripted = rule && fate.reply === 'status' ? scriptedReply(rule, call.ids, clock.now()) : undefined
      const reply = scripted ?? own ?? (rule?.fault === 'tokenExpired' ? { ...none, status: 401 } : none)

      const wire = wireOf(rule, fate, entry) ?? own?.wire
      const status =
        wire && fateOf(wire).reply === 'cut' ? 'reset' : fate.reply === 'missing' ? 'missing' : reply.status
      if (fate.performed === 'never' && isWrite(call)) journal.settled(call, status)
      const broken = wire !== undefined && !['slowBody', 'tokenExpired'].includes(wire.fault)
      retries.settled(key, broken || status === 'missing' || reply.status === 429 || reply.status >= 500)
      journal.record({
        at: new Date(clock.now()).toISOString(),
        requestId: call.ids.requestId,
        method: call.method,
        url: call.url,
        status,
        appId: call.caller.appId,
        units: verdict.units,
        ...(rule ? { fault: rule.fault } : {}),
        ...(retried ? { retried } : {}),
        ...(call.batch === undefined ? {} : { batch: call.batch }),
      })
      return {
        ...reply,
        headers: { ...verdict.headers, ...reply.headers },
        units: own?.units ?? verdict.units,
        ...(wire ? { wire } : {}),
        ...(status === 'missing' ? { missing: true } : {}),
      }
    },
  }
  return service
}

const isWrite = ({ method, url }: GraphCall): boolean => cost({ method, url }).writes === 1

/** The fault of the connection that a rule causes, if any. */
const wireOf = (rule: FaultRule | undefined, fate: Fate, entry: boolean): FaultRule | undefined => {
  if (!rule || fate.reply === 'status' || fate.reply === 'missing' || pageFaultNames.has(rule.fault)) return undefined
  return fate.reply === 'cut' || !entry ? rule : undefined
}

/** Creates the ids of a new request. The client's own id is echoed. */
export const newIds = (headers: Readonly<Record<string, string | undefined>>): RequestIds => {
  const requestId = randomUUID()
  return { requestId, clientRequestId: headers['client-request-id'] ?? requestId }
}
