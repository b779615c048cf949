import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import type { FaultSchedule } from '../faults/fault-schedule.ts'
import { pageFaults, statusFaults, type FaultRule } from '../faults/types.ts'
import { GraphFault, type Caller, type PageFault, type Resources, type SandboxReply } from '../protocol.ts'
import type { Throttle, Verdict } from '../throttle/throttle.ts'
import type { Journal } from './counters.ts'
import { errorBody, throttledBody, type RequestIds } from './envelope.ts'
import { createRetries } from './retries.ts'

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
  /** Fault of the connection. Never set on an entry of a batch. */
  readonly wire?: FaultRule
}

/** Applies throttling and faults around the resources, for a single request or an entry of a batch. */
export interface GraphService {
  perform(call: GraphCall): Promise<ServedReply>
}

/** Performs a `$batch`, each entry by `perform`. @throws GraphFault when the batch itself is invalid */
export type BatchRunner = (whole: GraphCall, perform: GraphService['perform']) => Promise<ServedReply>

const batchUrl = /^\/\$batch\/?(?:\?|$)/i
const isWhole = (call: GraphCall): boolean => call.batch === undefined && batchUrl.test(call.url)

const statusFaultNames: ReadonlySet<string> = new Set(statusFaults)
const pageFaultNames: ReadonlySet<string> = new Set(pageFaults)

/** Faults that prevent the request. The endpoint answers it. */
const unperformed: ReadonlySet<string> = new Set(['reset', 'tokenExpired'])

const messages: Readonly<Record<string, readonly [code: string, message: string]>> = {
  500: ['InternalServerError', 'An internal server error occurred. The operation could not be completed.'],
  502: ['BadGateway', 'The server, while acting as a gateway or proxy, received an invalid response.'],
  503: ['ServiceUnavailable', 'The service is temporarily unavailable. Please retry later.'],
  504: ['GatewayTimeout', 'The server, while acting as a proxy, did not receive a timely response.'],
}

/**
 * Answers calls: scheduled faults first, then throttling, then the resources. Every call is charged, recorded, and
 * remembered to detect retries, whatever its result.
 */
export const createGraphService = (options: {
  readonly resources: Resources
  readonly batch: BatchRunner
  readonly throttle: Throttle
  readonly faults: FaultSchedule
  readonly journal: Journal
  readonly clock: Clock
  /** Called with errors that are defects of the sandbox. */
  readonly onDefect: (error: unknown) => void
}): GraphService => {
  const { clock, faults, throttle } = options
  const retries = createRetries()
  /** A batch itself costs nothing. Its entries are charged. */
  const free: Verdict = { refused: false, units: 0, headers: {} }

  const retryAfter = (rule: FaultRule): Record<string, string> => {
    const wanted = rule.retryAfter ?? (rule.fault === '429' ? 1 : 'none')
    if (wanted === 'none') return {}
    if (wanted === 'decimal') return { 'Retry-After': '0.128' }
    if (wanted === 'date') return { 'Retry-After': new Date(clock.now() + 2_000).toUTCString() }
    return { 'Retry-After': String(wanted) }
  }

  const scripted = (rule: FaultRule, ids: RequestIds): SandboxReply => {
    const [code = '', message = ''] = messages[rule.fault] ?? []
    const body = rule.fault === '429' ? throttledBody(ids, clock.now()) : errorBody({ code, message }, ids, clock.now())
    return { status: Number(rule.fault), headers: retryAfter(rule), body }
  }

  const refusal = (error: unknown, ids: RequestIds): SandboxReply => {
    if (!(error instanceof GraphFault)) options.onDefect(error)
    const fault =
      error instanceof GraphFault
        ? error
        : new GraphFault(500, 'UnknownError', `The sandbox failed: ${error instanceof Error ? error.message : error}`)
    return { status: fault.status, headers: fault.headers, body: errorBody(fault, ids, clock.now()) }
  }

  const ask = async (
    call: GraphCall,
    retried: boolean,
    rule: FaultRule | undefined,
  ): Promise<SandboxReply & { readonly units?: number }> => {
    try {
      if (isWhole(call)) return await options.batch(call, service.perform)
      if (call.body instanceof GraphFault) throw call.body
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
      return 'apply' in answer ? answer.apply() : answer
    } catch (error) {
      return refusal(error, call.ids)
    }
  }

  const service: GraphService = {
    async perform(call) {
      const key = `${call.caller.appId} ${call.method} ${call.url}`
      const rule = faults.strike(call.method, call.url.split('?', 1)[0] ?? '')
      const verdict = isWhole(call) ? free : throttle.charge(call.caller.appId, call.method, call.url)
      const retried = retries.seen(key)
      const wire = rule && !statusFaultNames.has(rule.fault) && !pageFaultNames.has(rule.fault) ? rule : undefined

      const reply: SandboxReply & { readonly units?: number } =
        rule && statusFaultNames.has(rule.fault)
          ? scripted(rule, call.ids)
          : wire && unperformed.has(wire.fault) && call.batch === undefined
            ? { status: 401, headers: {}, body: undefined }
            : verdict.refused
              ? { status: 429, headers: {}, body: throttledBody(call.ids, clock.now()) }
              : await ask(call, retried, rule)

      const broken =
        call.batch === undefined && wire !== undefined && !['slowBody', 'tokenExpired'].includes(wire.fault)
      retries.settled(key, broken || reply.status === 429 || reply.status >= 500)
      options.journal.record({
        at: new Date(clock.now()).toISOString(),
        requestId: call.ids.requestId,
        method: call.method,
        url: call.url,
        status: broken && wire.fault === 'reset' ? 'reset' : reply.status,
        appId: call.caller.appId,
        units: verdict.units,
        ...(rule ? { fault: rule.fault } : {}),
        ...(retried ? { retried } : {}),
        ...(call.batch === undefined ? {} : { batch: call.batch }),
      })
      return {
        ...reply,
        headers: { ...verdict.headers, ...reply.headers },
        units: reply.units ?? verdict.units,
        ...(wire && call.batch === undefined ? { wire } : {}),
      }
    },
  }
  return service
}

/** Creates the ids of a new request. The client's own id is echoed. */
export const newIds = (headers: Readonly<Record<string, string | undefined>>): RequestIds => {
  const requestId = randomUUID()
  return { requestId, clientRequestId: headers['client-request-id'] ?? requestId }
}
