import type { Dispatcher } from 'undici'
import type { Budget } from '../core/budget.ts'
import { systemAlarm, type Alarm, type Clock } from '../core/clock.ts'
import { given } from '../core/given.ts'
import type { Graph, GraphReply, GraphRequest, Tenant } from '../core/graph.ts'
import { authorise } from './authorise.ts'
import { createBatch } from './batch.ts'
import { boundWatch } from './bound.ts'
import type { PageCall } from './call.ts'
import { chargesOf } from './charges.ts'
import type { ConcurrencyOptions } from './concurrency.ts'
import type { Credential } from './credential.ts'
import { createDispatcher } from './dispatcher.ts'
import type { OnGraphEvent } from './events.ts'
import { createExchange } from './exchange.ts'
import { undecided } from './given-up.ts'
import { govern } from './govern.ts'
import { createGovernor } from './governor.ts'
import { loopLoad } from './loop-load.ts'
import { isLoopback } from './loopback.ts'
import { paceOf } from './pace.ts'
import { pagePool } from './page-pool.ts'
import { createPages } from './pages.ts'
import { parse, parsePage } from './parse.ts'
import type { Quotas } from './quotas.ts'
import { entries, isRepeatable, refuseChange } from './reading.ts'
import { permitted } from './read-token.ts'
import { refusal } from './refusal.ts'
import { retry } from './retry.ts'
import { patient } from './retry-policy.ts'
import { checkedRoot } from './root.ts'
import { send } from './send.ts'
import { createSession, type SignedIn } from './session.ts'
import { createSubmission } from './submission.ts'
import { verdictOf } from './verdict.ts'

/** Options of `createGraph`. */
export interface GraphOptions {
  readonly tenant: Tenant
  /** Ends in the version: `https://graph.microsoft.com/v1.0`. Plain http only on loopback. */
  readonly rootUrl: string
  readonly credential: Credential
  readonly budget: Budget
  /** Quotas of the app in the tenant; see `quotasOf`. */
  readonly quotas: Quotas
  /** Separates these quotas in the budget from those of another service with the same tenant, such as a restarted sandbox. */
  readonly budgetScope?: string
  readonly clock: Clock
  /** Timer for missing replies; see `watchdog`. @default this machine's timers */
  readonly alarm?: Alarm
  /** The connections: proxy, company CA. @default direct, with the CAs that Node trusts */
  readonly dispatcher?: Dispatcher
  /** Refuses requests that change the directory. @default false */
  readonly readOnly?: boolean
  /** How long a request is retried, from its first failure. @default 900,000 */
  readonly waitBudgetMs?: number
  readonly concurrency?: ConcurrencyOptions
  /** Memory for the pages of all listings, in bytes. @default 8 MB */
  readonly pageBytes?: number
  /** Recent load of this process, 0 to 1. @default the share of time in which the event loop was not idle */
  readonly load?: () => number
  readonly onEvent?: OnGraphEvent
  /** Returns a number from 0 to 1, for the jitter of waits. @default Math.random */
  readonly random?: () => number
}

/** A `Graph` with methods for its owner. */
export interface GraphClient extends Graph {
  /** The current token with its claims; signs in if required. */
  signedIn(signal?: AbortSignal): Promise<SignedIn>
  /** Closes the connections, unless the dispatcher was given. Pending requests fail. */
  close(): Promise<void>
}

/** A client for one tenant; see `Graph`. Nothing is sent before the first call. */
export const createGraph = (options: GraphOptions): GraphClient => {
  const { tenant, rootUrl, credential, clock, readOnly = false, onEvent = () => {}, random = Math.random } = options
  const { alarm = systemAlarm } = options
  const root = checkedRoot(rootUrl)
  const dispatcher = options.dispatcher ?? createDispatcher()
  const policy = { ...patient, waitBudgetMs: options.waitBudgetMs ?? patient.waitBudgetMs }
  const session = createSession(credential, tenant, clock, ({ claims, expiresAtMs }) =>
    onEvent({ kind: 'signed-in', appId: claims.appId, expiresAtMs }),
  )
  const { budget, budgetScope, quotas, concurrency } = options
  const watch = boundWatch(clock, options.load ?? loopLoad())
  const governor = createGovernor({
    tenantId: tenant.id,
    ...given({ budgetScope }),
    budget,
    quotas,
    clock,
    watch,
    waitBudgetMs: policy.waitBudgetMs,
    ...given({ concurrency }),
  })
  const exchange = createExchange(root.origin, [
    retry({ policy, clock, tenant, host: root.host, random, onEvent, watch }),
    parsePage,
    authorise(session),
    govern(governor, clock),
    parse,
    send({ dispatcher, rootUrl, gzip: !isLoopback(root), alarm }),
  ])

  let aheadMs: number | undefined

  const attempt = async <T>(request: GraphRequest, signal?: AbortSignal, page?: PageCall): Promise<GraphReply<T>> => {
    signal?.throwIfAborted()
    if (readOnly) refuseChange(request)
    const reply = await exchange<T>({
      request,
      ...given({ signal, page }),
      charges: chargesOf(entries(request) ?? [request]),
      repeatable: isRepeatable(request),
      attempts: 0,
    })
    const sentAtMs = Date.parse(reply.headers['date'] ?? '')
    // The header has whole seconds, rounded down.
    if (!Number.isNaN(sentAtMs)) aheadMs = sentAtMs + 999 - clock.now()
    return reply
  }

  const request = async <T>(asked: GraphRequest, signal?: AbortSignal): Promise<GraphReply<T>> => {
    const reply = await watch.waiting(attempt<T>(asked, signal))
    if (reply.status >= 200 && reply.status <= 299) return reply
    if (verdictOf(reply) === 'undecided') throw undecided({ request: asked, attempts: reply.attempts }, reply, tenant)
    throw refusal(asked, reply, tenant)
  }

  const setting = { policy, clock, tenant, readOnly, random, onEvent, exchange, watch }
  const submission: Graph['submission'] = asked => createSubmission(setting, asked)

  return {
    tenant,
    readOnly,
    request,
    attempt: (asked, signal) => watch.waiting(attempt(asked, signal)),
    batch: createBatch(submission, readOnly),
    submission,
    pages: createPages({
      rootUrl,
      onEvent,
      watch,
      attempt,
      pool: pagePool(options.pageBytes, undefined, alarm),
      refused: (asked, reply) => refusal(asked, reply, tenant),
    }),
    pace: link =>
      paceOf(
        chargesOf([{ method: 'GET', url: link }]).map(({ quota }) => quota),
        quotas,
      ),
    async count(path, filter, signal) {
      const url = `${path}/$count${filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`}`
      const reply = await request<unknown>({ method: 'GET', url, headers: { ConsistencyLevel: 'eventual' } }, signal)
      return Number(reply.body)
    },
    serviceTime: () => (aheadMs === undefined ? undefined : clock.now() + aheadMs),
    usage: () => ({ ...governor.state(), bound: watch.bound() }),
    signedIn: async signal => await session.current(signal),
    async signedInAs(signal) {
      const { claims } = await session.current(signal)
      return {
        kind: claims.kind,
        appId: claims.appId,
        ...given({ objectId: claims.objectId || undefined, permissions: permitted(claims) }),
      }
    },
    close: async () => {
      if (!options.dispatcher) await dispatcher.destroy()
    },
  }
}
