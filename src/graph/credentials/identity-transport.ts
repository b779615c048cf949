import type { TokenCredentialOptions } from '@azure/identity'
import type { Dispatcher } from 'undici'
import { systemAlarm } from '../../core/clock.ts'
import type { Environment } from '../../core/environment.ts'
import { given } from '../../core/given.ts'
import { createDispatcher } from '../dispatcher.ts'
import { proxyFor } from '../proxy.ts'
import { readBytes } from '../read-bytes.ts'
import { textOf } from '../text-of.ts'
import { watchdog } from '../watchdog.ts'

type HttpClient = NonNullable<TokenCredentialOptions['httpClient']>
type Response = Awaited<ReturnType<HttpClient['sendRequest']>>

/** The outcome of the last request, which the library does not always report. */
interface LastReply {
  readonly error?: unknown
  readonly status?: number
  readonly serverMs?: number
}

/** The transport of @azure/identity, and its last reply. */
export interface IdentityTransport {
  readonly httpClient: HttpClient
  last(): LastReply
}

/**
 * Sends the requests of @azure/identity through the same connections as those to Graph. The library's own transport
 * ignores trusted CAs behind a proxy, and reports neither an untrusted certificate nor an unknown host.
 */
export const identityTransport = (environment: Environment, ca?: readonly string[]): IdentityTransport => {
  const dispatchers = new Map<string | undefined, Dispatcher>()
  let last: LastReply = {}

  const dispatcherFor = (url: URL): Dispatcher => {
    const proxy = proxyFor(url, environment)
    let dispatcher = dispatchers.get(proxy)
    if (!dispatcher) dispatchers.set(proxy, (dispatcher = createDispatcher({ ...given({ proxy, ca }) })))
    return dispatcher
  }

  const send: HttpClient['sendRequest'] = async request => {
    const url = new URL(request.url)
    const watched = watchdog(systemAlarm, request.abortSignal as AbortSignal | undefined)
    let reply: Dispatcher.ResponseData
    let bodyAsText: string
    try {
      reply = await dispatcherFor(url).request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: { ...request.headers.toJSON(), 'accept-encoding': 'gzip' },
        body: (request.body as string | null | undefined) ?? null,
        signal: watched.signal,
        ...(request.timeout > 0 && { headersTimeout: request.timeout, bodyTimeout: request.timeout }),
      })
      bodyAsText = textOf(await readBytes({ headers: reply.headers, body: watched.watch(reply.body) }))
    } finally {
      watched.rest()
    }
    const serverMs = Date.parse(String(reply.headers['date']))
    const refused = /AADSTS\d+:[^"\\]*/.exec(bodyAsText)?.[0]
    last = {
      status: reply.statusCode,
      ...(serverMs > 0 && { serverMs }),
      ...(reply.statusCode >= 400 && { error: new Error(refused ?? `status ${reply.statusCode}`) }),
    }
    return { request, status: reply.statusCode, headers: headersOf(reply.headers), bodyAsText }
  }

  return {
    last: () => last,
    httpClient: {
      async sendRequest(request) {
        try {
          return await send(request)
        } catch (error) {
          last = { error }
          throw error
        }
      },
    },
  }
}

/** Headers in the library's format. */
const headersOf = (headers: Dispatcher.ResponseData['headers']): Response['headers'] => {
  const values = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  return {
    get: name => values.get(name.toLowerCase()),
    has: name => values.has(name.toLowerCase()),
    set: (name, value) => void values.set(name.toLowerCase(), String(value)),
    delete: name => void values.delete(name.toLowerCase()),
    toJSON: () => Object.fromEntries(values),
    [Symbol.iterator]: () => values[Symbol.iterator](),
  }
}
