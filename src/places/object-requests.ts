import type { Dispatcher } from 'undici'
import { systemAlarm } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import { errorOf } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { trustedAuthorities } from '../graph/authorities.ts'
import { createDispatcher } from '../graph/dispatcher.ts'
import { proxyFor } from '../graph/proxy.ts'
import { watchdog } from '../graph/watchdog.ts'

/** A request of a library to a store of objects. */
interface ObjectRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A reply, which was read to its end: a truncated one is a failed request. */
interface ObjectReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
}

/** Sends one request, once. Holds its reply, so large objects are read in ranges. */
export type SendObjectRequest = (request: ObjectRequest) => Promise<ObjectReply>

const failed = new WeakSet<object>()

/** Whether an error is that of a request without a complete reply, also if a library has wrapped it. */
export const isUnanswered = (error: unknown): boolean => {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++)
    if (failed.has(at)) return true
  return false
}

/** Headers that the connection has, or that it refuses. Replies are not compressed: their bytes are those of the object. */
const ofConnection = new Set(['accept-encoding', 'connection', 'expect', 'host', 'keep-alive', 'transfer-encoding'])

/**
 * Sends requests to stores of objects as those to Graph are sent: through the proxy of the environment, with its trusted CAs, and
 * with a limit for replies that stall.
 */
export const objectRequests = async (environment: Environment): Promise<SendObjectRequest> => {
  const ca = await trustedAuthorities(environment)
  const dispatchers = new Map<string | undefined, Dispatcher>()
  const dispatcherFor = (url: URL): Dispatcher => {
    const proxy = proxyFor(url, environment)
    let dispatcher = dispatchers.get(proxy)
    if (!dispatcher) dispatchers.set(proxy, (dispatcher = createDispatcher({ ...given({ proxy, ca }) })))
    return dispatcher
  }
  return async ({ url: address, method, headers, body, signal }) => {
    const url = new URL(address)
    const watched = watchdog(systemAlarm, signal)
    try {
      const reply = await dispatcherFor(url).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: method as Dispatcher.HttpMethod,
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.has(name.toLowerCase()))),
        body: body ?? null,
        signal: watched.signal,
      })
      const chunks: Uint8Array[] = []
      for await (const chunk of watched.watch(reply.body)) chunks.push(chunk)
      return {
        status: reply.statusCode,
        headers: Object.fromEntries(Object.entries(reply.headers).map(([name, value]) => [name, String(value)])),
        bytes: Buffer.concat(chunks),
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      const failure = errorOf(error)
      failed.add(failure)
      throw failure
    } finally {
      watched.rest()
    }
  }
}
