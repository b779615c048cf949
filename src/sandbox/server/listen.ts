import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { whyNotListening } from '../../core/why-not-listening.ts'
import type { Front } from './front.ts'
import { ownOrigin } from './own-origin.ts'
import type { Incoming } from './reply.ts'
import { send } from './send.ts'

/** An open port. */
export interface Listener {
  readonly port: number
  /** Closes open connections too. */
  close(): Promise<void>
}

interface ListenOptions {
  readonly front: Front
  readonly host: string
  /** 0 for a free port. */
  readonly port: number
  /** Serves plain http when absent. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Whether to compress replies for clients that accept it. Called for each reply. */
  readonly zip: () => boolean
  readonly clock: Clock
  readonly onRequest: () => void
  /** Called with errors that are defects of the sandbox. */
  readonly onDefect: (error: unknown) => void
}

/** More than a `$batch` of 20 requests needs. */
const bodyLimitBytes = 8 * 1024 * 1024

/**
 * Serves a front over http or https. Routers cannot parse Graph's paths (`/users('a')`, `/$batch`, stray percent signs), so
 * every request goes to one route, and the front dispatches it.
 */
export const listen = async (options: ListenOptions): Promise<Listener> => {
  const { front, clock } = options
  const scheme = options.tls ? 'https' : 'http'
  const app = fastify({
    ...(options.tls ? { https: options.tls } : {}),
    bodyLimit: bodyLimitBytes,
    rewriteUrl: () => '/',
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    keepAliveTimeout: 120_000,
  } as object) as unknown as FastifyInstance

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.hijack()
    options.onRequest()
    const headers = request.headers as Incoming['headers']
    try {
      const answer = await front({
        method: request.method,
        url: request.originalUrl,
        headers,
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        origin: ownOrigin({
          asked: headers['host'],
          scheme,
          listening: options.host,
          local: request.socket.localAddress,
          port: request.socket.localPort ?? options.port,
        }),
      })
      await send(reply.raw, answer, {
        accept: headers['accept-encoding'],
        zip: options.zip(),
        clock,
        wire: answer.wire,
      })
    } catch (error) {
      options.onDefect(error)
      if (reply.raw.headersSent) reply.raw.destroy()
      else reply.raw.writeHead(500, { 'Content-Type': 'text/plain' }).end('The sandbox failed. See its log.')
    }
  }

  app.route({ method: [...app.supportedMethods], url: '/', handler: handle })
  try {
    await app.listen({ host: options.host, port: options.port })
  } catch (cause) {
    const [why, fix] = whyNotListening(cause)
    throw new EntrapipeError(
      'SANDBOX_UNAVAILABLE',
      `The sandbox cannot listen on ${options.host}, port ${options.port}: ${why}.`,
      { cause, fix },
    )
  }
  const { port } = app.server.address() as AddressInfo
  return { port, close: () => app.close() }
}
