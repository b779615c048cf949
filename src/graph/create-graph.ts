import { randomUUID } from 'node:crypto'
import { Client, ResponseType, type GraphRequest as ClientRequest } from '@microsoft/microsoft-graph-client'
import type { Dispatcher } from 'undici'
import type { Budget } from '../core/budget.ts'
import type { Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Graph, GraphReply, GraphRequest, Tenant } from '../core/graph.ts'
import { cost } from '../data/costs.ts'
import { authorise } from './authorise.ts'
import { createBatch } from './batch.ts'
import { asMiddleware, callOption, type Call, type Charge, type Link, type PageCall } from './call.ts'
import type { Credential } from './credential.ts'
import { createDispatcher } from './dispatcher.ts'
import type { OnGraphEvent } from './events.ts'
import { govern } from './govern.ts'
import { createGovernor, type GovernorState } from './governor.ts'
import type { ConcurrencyOptions } from './concurrency.ts'
import { isLoopback } from './loopback.ts'
import { createPages } from './pages.ts'
import { parse, parsePage } from './parse.ts'
import type { Quotas } from './quotas.ts'
import { entries, isRepeatable, refuseChange } from './reading.ts'
import { refusal } from './refusal.ts'
import { retry } from './retry.ts'
import { patient } from './retry-policy.ts'
import { send } from './send.ts'
import { createSession, type SignedIn } from './session.ts'

/** What a client is made of. */
export interface GraphOptions {
  readonly tenant: Tenant
  /** Ends in the version: `https://graph.microsoft.com/v1.0`. Plain http only on loopback. */
  readonly rootUrl: string
  readonly credential: Credential
  readonly budget: Budget
  /** What the app may spend in the tenant; see `quotasOf`. */
  readonly quotas: Quotas
  /** Sets these quotas apart in the budget from those of another service with the same tenant: a sandbox that was started anew. */
  readonly budgetScope?: string
  readonly clock: Clock
  /** How to get there: proxy, company CA. @default straight, with the CAs that Node trusts */
  readonly dispatcher?: Dispatcher
  /** Lets through nothing that changes the directory. @default false */
  readonly readOnly?: boolean
  /** How long one request is tried again, from its first failure. @default 900,000 */
  readonly waitBudgetMs?: number
  readonly concurrency?: ConcurrencyOptions
  readonly onEvent?: OnGraphEvent
  /** Gives 0 up to 1, for the jitter of waits. @default Math.random */
  readonly random?: () => number
}

/** A `Graph` and what its run may want to know of it. */
export interface GraphClient extends Graph {
  governor(): GovernorState
  /** The token that would be sent now, with what it says; signs in when need be. */
  signedIn(signal?: AbortSignal): Promise<SignedIn>
  /** Closes the connections, unless the dispatcher was given. Requests under way fail. */
  close(): Promise<void>
}

/** A client of one tenant; its contract is `Graph`'s. Nothing is sent before the first call. */
export const createGraph = (options: GraphOptions): GraphClient => {
  const { tenant, rootUrl, credential, clock, readOnly = false, onEvent = () => {}, random = Math.random } = options
  const root = checkedRoot(rootUrl)
  const dispatcher = options.dispatcher ?? createDispatcher()
  const policy = { ...patient, waitBudgetMs: options.waitBudgetMs ?? patient.waitBudgetMs }
  const session = createSession(credential, tenant, clock, ({ claims, expiresAtMs }) =>
    onEvent({ kind: 'signed-in', appId: claims.appId, expiresAtMs }),
  )
  const { budget, budgetScope, quotas, concurrency } = options
  const governor = createGovernor({
    tenantId: tenant.id,
    ...(budgetScope !== undefined && { budgetScope }),
    budget,
    quotas,
    clock,
    waitBudgetMs: policy.waitBudgetMs,
    ...(concurrency && { concurrency }),
  })
  const client = Client.initWithMiddleware({
    baseUrl: root.origin,
    middleware: [
      shield,
      retry({ policy, clock, tenant, host: root.host, random, onEvent }),
      parsePage,
      authorise(session),
      govern(governor, clock),
      parse,
      send({ dispatcher, rootUrl, gzip: !isLoopback(root) }),
    ].map(asMiddleware),
  })

  const attempt = async <T>(request: GraphRequest, signal?: AbortSignal, page?: PageCall): Promise<GraphReply<T>> => {
    signal?.throwIfAborted()
    if (readOnly) refuseChange(request)
    const call: Call = {
      request,
      ...(signal && { signal }),
      ...(page && { page }),
      charges: chargesOf(request),
      repeatable: isRepeatable(request),
      attempts: 0,
    }
    await submit(client, call)
    if (call.thrown) throw call.thrown.error
    const { status, headers, body } = call.outcome as GraphReply<T>
    return { status, headers, body, attempts: call.attempts }
  }

  const request = async <T>(asked: GraphRequest, signal?: AbortSignal): Promise<GraphReply<T>> => {
    const reply = await attempt<T>(asked, signal)
    if (reply.status < 200 || reply.status > 299) throw refusal(asked, reply, tenant)
    return reply
  }

  const batch = createBatch({ policy, clock, tenant, random, onEvent, send: request })

  return {
    tenant,
    readOnly,
    request,
    attempt: (asked, signal) => attempt(asked, signal),
    batch: async (requests, signal) => {
      if (readOnly) requests.forEach(refuseChange)
      return await batch(requests, signal)
    },
    pages: createPages({ rootUrl, onEvent, attempt, refused: (asked, reply) => refusal(asked, reply, tenant) }),
    async count(path, filter, signal) {
      const url = `${path}/$count${filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`}`
      const reply = await request<unknown>({ method: 'GET', url, headers: { ConsistencyLevel: 'eventual' } }, signal)
      const digits = String(reply.body).trim()
      if (!/^\d+$/.test(digits))
        throw new EntrapipeError('GRAPH_REFUSED', `GET ${path}/$count did not answer with a number.`, {
          facts: { path },
        })
      return Number(digits)
    },
    governor: governor.state,
    signedIn: async signal => await session.current(signal),
    close: async () => {
      if (!options.dispatcher) await dispatcher.destroy()
    },
  }
}

/** First in the chain: an error that came through the library would be wrapped in one of its own. */
const shield: Link = async (call, _options, next) => {
  try {
    return await next()
  } catch (error) {
    call.thrown = { error }
    return { failure: error instanceof Error ? error : new Error(String(error)), sent: true }
  }
}

/** The address that the library builds is not used: it would write the query anew. The call carries the exact one. */
const submit = async (client: Client, call: Call): Promise<void> => {
  const { method, url, headers, body } = call.request
  const at = url.indexOf('?')
  const request = client
    .api(at < 0 ? url : url.slice(0, at))
    .headers({ accept: 'application/json', 'client-request-id': randomUUID(), 'user-agent': 'entrapipe', ...headers })
    .responseType(ResponseType.RAW)
    .option(callOption, call)
  await verbs[method](request, body)
}

const verbs: Readonly<Record<GraphRequest['method'], (request: ClientRequest, body: unknown) => Promise<unknown>>> = {
  GET: request => request.get(),
  POST: (request, body) => request.post(body),
  PATCH: (request, body) => request.patch(body),
  PUT: (request, body) => request.put(body),
  DELETE: request => request.delete(),
}

/** What a request takes from each quota; a batch takes what its entries take. */
const chargesOf = (request: GraphRequest): Charge[] => {
  const inside = request.url === '/$batch' ? entries(request.body) : undefined
  const sums = new Map<Charge['quota'], number>()
  const add = (quota: Charge['quota'], units: number) => {
    if (units > 0) sums.set(quota, (sums.get(quota) ?? 0) + units)
  }
  for (const one of inside ?? [request]) {
    const { units, writes, also } = cost(one)
    add('read', units)
    add('write', writes)
    for (const quota of also) add(quota, 1)
  }
  return Array.from(sums, ([quota, units]) => ({ quota, units }))
}

const checkedRoot = (rootUrl: string): URL => {
  const root = URL.canParse(rootUrl) ? new URL(rootUrl) : undefined
  if (!root || !/^https?:$/.test(root.protocol) || !/\/(v1\.0|beta)$/.test(rootUrl))
    throw new EntrapipeError('CONFIG_INVALID', `Expected a Graph address that ends in /v1.0, got ${rootUrl}.`, {
      fix: 'Set graphUrl to an address like https://graph.microsoft.com/v1.0.',
    })
  if (root.protocol === 'http:' && !isLoopback(root))
    throw new EntrapipeError('CONFIG_INVALID', `${root.origin} is plain http: the token would travel unencrypted.`, {
      fix: 'Use https. Plain http is only for this machine itself (127.0.0.1, localhost).',
    })
  return root
}
