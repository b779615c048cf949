import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import type { Test } from 'tap'
import { listening } from './listening.ts'

/** A proxy that fails. */
interface Unreliable {
  readonly origin: string
  /** How many requests have come, and how many have failed. */
  readonly seen: { requests: number; failed: number }
}

/**
 * Starts a proxy before a server that fails a third of all requests: in turn before the server sees them, after it has done them, and within
 * the reply.
 *
 * @param heard is called with the path of each request before it is sent on
 */
export const unreliable = async (
  t: Test,
  origin: string,
  heard: (path: string) => unknown = () => undefined,
): Promise<Unreliable> => {
  const seen = { requests: 0, failed: 0 }
  const to = new URL(origin)
  const proxy = createServer((request, reply) => {
    heard(request.url!)
    const kind = ++seen.requests % 3 === 0 ? seen.failed++ % 3 : undefined
    if (kind === 0) {
      request.resume()
      reply.writeHead(503).end()
    } else forward(request, reply, to, kind)
  })
  return { origin: await listening(t, proxy), seen }
}

const forward = (request: IncomingMessage, reply: ServerResponse, to: URL, kind: number | undefined): void => {
  const { method, url, headers } = request
  const onward = send({ hostname: to.hostname, port: to.port, method, path: url, headers }, answer => {
    if (kind === 1) {
      answer.resume()
      answer.on('end', () => request.socket.destroy())
      return
    }
    // The client was killed meanwhile.
    if (reply.destroyed) return void answer.resume()
    reply.writeHead(answer.statusCode!, answer.headers)
    if (kind === 2) {
      answer.resume()
      reply.flushHeaders()
      reply.write('x', () => request.socket.destroy())
    } else pipeline(answer, reply, () => undefined)
  })
  onward.on('error', () => request.socket.destroy())
  pipeline(request, onward, () => undefined)
}
