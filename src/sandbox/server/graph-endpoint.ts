import type { Clock } from '../../core/clock.ts'
import type { FaultRule } from '../faults/types.ts'
import { GraphFault } from '../protocol.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Journal } from './counters.ts'
import { errorBody } from './envelope.ts'
import { newIds, type GraphCall, type GraphService, type ServedReply } from './graph-service.ts'
import { mergeHeaders } from './merge-headers.ts'
import type { Incoming, Reply } from './reply.ts'
import { longJson, standardHeaders } from './standard-headers.ts'

/** A reply, and the fault of the connection that strikes it. */
interface GraphReplied extends Reply {
  readonly wire?: FaultRule
}

/** Graph's paths, including `$batch`. */
export interface GraphEndpoint {
  /** `url` is below the version root, with a leading slash. */
  answer(incoming: Incoming, url: string): Promise<GraphReplied>
  /** Refuses a request that is not below a version root. */
  refuse(incoming: Incoming, fault: GraphFault): GraphReplied
}

const methods = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE'])

/** Parses the payload. Returns undefined if there is none, and Graph's error if it cannot be read. */
const payload = ({ method, headers, body }: Incoming): unknown => {
  if (body.length === 0 || method === 'GET') return undefined
  const unreadable = new GraphFault(
    400,
    'BadRequest',
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  )
  if (!/\bjson\b/i.test(headers['content-type'] ?? '')) return unreadable
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    // Graph does not report the position either.
    return unreadable
  }
}

/** Creates the endpoint for Graph's paths: it checks the token, performs the request, and adds the standard headers. */
export const createGraphEndpoint = (options: {
  readonly service: GraphService
  readonly tokens: AccessTokens
  readonly journal: Journal
  readonly clock: Clock
}): GraphEndpoint => {
  const { clock, tokens } = options

  const refusal = (fault: GraphFault, ids: GraphCall['ids'], units?: number): GraphReplied => ({
    status: fault.status,
    headers: mergeHeaders(
      standardHeaders(ids, { success: false, ...(units === undefined ? {} : { units }) }),
      { 'Content-Type': 'application/json' },
      fault.headers,
    ),
    body: errorBody(fault, ids, clock.now()),
  })

  const record = (incoming: Incoming, url: string, status: number, ids: GraphCall['ids']): void =>
    options.journal.record({
      at: new Date(clock.now()).toISOString(),
      requestId: ids.requestId,
      method: incoming.method,
      url,
      status,
    })

  const repliedWith = (outcome: ServedReply, ids: GraphCall['ids']): GraphReplied => {
    const success = outcome.status < 400
    return {
      status: outcome.status,
      headers: mergeHeaders(
        standardHeaders(ids, { success, units: outcome.units }),
        outcome.body === undefined ? {} : { 'Content-Type': success ? longJson : 'application/json' },
        outcome.headers,
      ),
      body: outcome.body,
      ...(outcome.wire ? { wire: outcome.wire } : {}),
    }
  }

  const perform = async (incoming: Incoming, url: string, ids: GraphCall['ids']): Promise<GraphReplied> => {
    const { authorization } = incoming.headers
    const caller = await tokens.caller(authorization, incoming.origin)
    if (!methods.has(incoming.method))
      throw new GraphFault(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.')
    const { headers } = incoming
    const call = {
      method: incoming.method,
      url,
      headers,
      body: payload(incoming),
      caller,
      root: `${incoming.origin}/v1.0`,
      ids,
    }
    const outcome = await options.service.perform(call)
    if (outcome.wire?.fault !== 'tokenExpired') return repliedWith(outcome, ids)
    tokens.revoke(authorization)
    try {
      await tokens.caller(authorization, incoming.origin)
    } catch (error) {
      // The service has already recorded this request. Rethrowing would count it twice.
      if (error instanceof GraphFault) return refusal(error, ids)
      throw error
    }
    return repliedWith(outcome, ids)
  }

  return {
    async answer(incoming, url) {
      const ids = newIds(incoming.headers)
      try {
        return await perform(incoming, url, ids)
      } catch (error) {
        if (!(error instanceof GraphFault)) throw error
        record(incoming, url, error.status, ids)
        return refusal(error, ids, error.status === 401 ? undefined : 1)
      }
    },
    refuse(incoming, fault) {
      const ids = newIds(incoming.headers)
      record(incoming, incoming.url, fault.status, ids)
      return refusal(fault, ids)
    },
  }
}
