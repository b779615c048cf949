import type { Clock } from '../../core/clock.ts'
import type { FaultRule } from '../faults/types.ts'
import type { FaultSchedule } from '../faults/fault-schedule.ts'
import { GraphFault } from '../protocol.ts'
import type { Authority } from './authority.ts'
import type { Control } from './control.ts'
import type { GraphEndpoint } from './graph-endpoint.ts'
import { plainDollars } from './plain-dollars.ts'
import { jsonReply, type Incoming, type Reply } from './reply.ts'

/** A reply, and the fault of the connection that strikes it. */
type WireReply = Reply & { readonly wire?: FaultRule }

/** Answers every request that arrives. */
export type Front = (incoming: Incoming) => Promise<WireReply>

const version = /^\/v1\.0(?=\/|\?|$)/i

/** Routes requests to the control endpoint, sign-in, or Graph v1.0. */
export const createFront = (options: {
  readonly control: Control
  readonly authority: Authority
  readonly graph: GraphEndpoint
  readonly faults: FaultSchedule
  readonly clock: Clock
  readonly latencyMs: number
}): Front => {
  const { graph } = options

  const signIn = async (incoming: Incoming, path: string): Promise<WireReply> => {
    const below = path.slice(path.indexOf('/', 1))
    const wire = options.faults.strike(incoming.method, below)
    if (wire && /^5\d\d$|^429$/.test(wire.fault)) {
      const { retryAfter } = wire
      const headers = typeof retryAfter === 'number' ? { 'Retry-After': String(retryAfter) } : undefined
      return jsonReply(
        Number(wire.fault),
        {
          error: 'temporarily_unavailable',
          error_description: 'AADSTS90033: A transient error has occurred. Please try again.',
          error_codes: [90033],
        },
        headers,
      )
    }
    return { ...(await options.authority.answer(incoming, path)), ...(wire ? { wire } : {}) }
  }

  return async incoming => {
    const [path = '', ...query] = incoming.url.split('?')
    if (path === '/_sandbox' || path.startsWith('/_sandbox/'))
      return options.control.answer(incoming, path, new URLSearchParams(query.join('?')))
    const latency = options.latencyMs > 0 ? options.clock.sleep(options.latencyMs) : undefined
    if (version.test(incoming.url)) {
      // The service itself delays what it performs, because a write takes its time in the directory.
      const reply = await graph.answer(incoming, plainDollars(incoming.url.slice('/v1.0'.length)) || '/')
      await latency
      return reply
    }
    await latency
    if (options.authority.owns(path)) return signIn(incoming, path)
    if (/^\/beta(?:\/|$)/i.test(path))
      return graph.refuse(
        incoming,
        new GraphFault(404, 'ResourceNotFound', 'The sandbox serves version v1.0 of Microsoft Graph only, not beta.'),
      )
    return graph.refuse(incoming, new GraphFault(400, 'BadRequest', 'Invalid version.'))
  }
}
