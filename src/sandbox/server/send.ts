import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Clock } from '../../core/clock.ts'
import { fateOf } from '../faults/fate.ts'
import type { FaultRule } from '../faults/types.ts'
import type { Reply } from './reply.ts'

const zipped = promisify(gzip)

/** Below this size, gzip costs more than it saves. Graph's front end does the same. */
const worthZipping = 1_024

const accepts = (header: string | undefined): boolean =>
  (header ?? '').split(',').some(one => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(one))

const broken = (body: string, fault: FaultRule['fault'] | undefined): string => {
  // Half of an object lacks its closing brace, and valid JSON never starts with a brace and a comma.
  if (fault === 'truncatedJson') return body.slice(0, Math.max(1, body.length >> 1))
  if (fault === 'malformedJson') return `{,${body}`
  return body
}

/** Drops the connection: TLS without a close alert, plain TCP by a reset, so that the peer sees ECONNRESET. */
const drop = (response: ServerResponse): void => {
  const { socket } = response
  if (!socket) return
  if ('encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}

const written = (response: ServerResponse, piece: Buffer | string): Promise<void> =>
  new Promise(resolve => response.write(piece, () => resolve()))

/** Sends lines in blocks of this many characters. */
const blockSize = 65_536

const sendLines = async (response: ServerResponse, reply: Reply, lines: Iterable<string>): Promise<void> => {
  response.writeHead(reply.status, reply.headers)
  let block = ''
  for (const line of lines) {
    block += `${line}\n`
    if (block.length < blockSize) continue
    await written(response, block)
    if (response.destroyed) return
    block = ''
  }
  response.end(block)
}

/**
 * Sends a reply, with one write for its body, and applies the fault to it, if any. `zip` allows gzip for clients that
 * accept it.
 */
export const send = async (
  response: ServerResponse,
  reply: Reply,
  options: {
    readonly accept: string | undefined
    readonly zip: boolean
    readonly clock: Clock
    readonly wire?: FaultRule | undefined
  },
): Promise<void> => {
  const { wire } = options
  if (wire && fateOf(wire).reply === 'cut') return drop(response)
  if (reply.lines) return sendLines(response, reply, reply.lines)
  if (reply.body === undefined) {
    response
      .writeHead(reply.status, { ...reply.headers, ...(reply.status === 204 ? {} : { 'Content-Length': '0' }) })
      .end()
    return
  }
  const plain = Buffer.from(broken(reply.body, wire?.fault))
  const zip = options.zip && plain.length >= worthZipping && accepts(options.accept)
  const body = zip ? await zipped(plain, { level: 1 }) : plain
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(zip ? { 'Content-Encoding': 'gzip' } : {}),
    'Content-Length': body.length,
  })
  if (wire?.fault === 'resetMidBody') {
    await written(response, body.subarray(0, body.length >> 1))
    return drop(response)
  }
  if (wire?.fault === 'slowBody') {
    const size = Math.ceil(body.length / 8)
    for (let at = 0; at < body.length && !response.destroyed; at += size) {
      await written(response, body.subarray(at, at + size))
      await options.clock.sleep(wire.delayMs ?? 50)
    }
    response.end()
    return
  }
  response.end(body)
}
