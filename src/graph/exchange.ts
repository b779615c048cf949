import { Client, ResponseType, type GraphRequest as ClientRequest } from '@microsoft/microsoft-graph-client'
import { errorOf } from '../core/errors.ts'
import type { GraphReply, GraphRequest } from '../core/graph.ts'
import { asMiddleware, callOption, type Call, type Link } from './call.ts'

/** Sends a call through the chain. Errors of the chain are thrown; a refusal is a reply. */
export type Exchange = <T>(call: Call) => Promise<GraphReply<T>>

/** The library's client with the links as its middleware. */
export const createExchange = (baseUrl: string, links: readonly Link[]): Exchange => {
  const client = Client.initWithMiddleware({ baseUrl, middleware: [shield, ...links].map(asMiddleware) })
  return async <T>(call: Call) => {
    await pass(client, call)
    if (call.thrown) throw call.thrown.error
    const { status, headers, body } = call.ended as GraphReply<T>
    return { status, headers, body, attempts: call.attempts }
  }
}

/** First in the chain, because the library would wrap an error in its own. */
const shield: Link = async (call, _options, next) => {
  try {
    return await next()
  } catch (error) {
    call.thrown = { error }
    return { failure: errorOf(error), sent: true }
  }
}

/** The URL built by the library is not used, since it rewrites the query. The call has the exact URL. */
const pass = async (client: Client, call: Call): Promise<void> => {
  const { method, url, headers, body } = call.request
  const at = url.indexOf('?')
  const request = client
    .api(at < 0 ? url : url.slice(0, at))
    .headers({ accept: 'application/json', 'user-agent': 'entrapipe', ...headers })
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
