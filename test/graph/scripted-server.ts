import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** What the server says to one request. */
export interface Scripted {
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a string or bytes as they are. */
  readonly body?: unknown
  /** The connection is reset after so many bytes of the body. */
  readonly resetAfter?: number
  /** What is sent instead of a reply made of the others, and how the connection then ends. */
  readonly raw?: { readonly text: string; readonly end: 'closed' | 'reset' }
  /** Nothing more comes after so many bytes of the body. */
  readonly stopAfter?: number
  /** Never answers. */
  readonly silent?: true
  /** The connection is reset before anything is answered. */
  readonly drop?: true
}

export interface Asked {
  readonly method: string
  /** As it came. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

export interface ScriptedServer {
  readonly origin: string
  /** Ends in /v1.0. */
  readonly rootUrl: string
  readonly asked: Asked[]
  /** Nobody listens there any more. */
  stop(): Promise<void>
}

/** A server on this machine that answers by a list, one entry a request, or by a function. */
export const scriptedServer = async (
  t: Test,
  script: readonly Scripted[] | ((asked: Asked, nth: number) => Scripted | Promise<Scripted>),
): Promise<ScriptedServer> => {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const isJson = request.headers['content-type']?.includes('json') ?? false
    const one: Asked = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: isJson ? (JSON.parse(text) as unknown) : text,
    }
    asked.push(one)
    const answer = typeof script === 'function' ? await script(one, asked.length - 1) : script[asked.length - 1]
    if (!answer) {
      response.writeHead(500, { 'content-type': 'text/plain' }).end('the script is over')
      return
    }
    if (answer.silent) return
    if (answer.drop) return void request.socket.destroy()
    if (answer.raw) {
      const { text, end } = answer.raw
      const { socket } = request
      socket.write(text, () => (end === 'reset' ? socket.resetAndDestroy() : socket.end()))
      return
    }
    // The time is the script's.
    response.sendDate = false
    const body = bytesOf(answer.body)
    const headers = { ...(answer.body !== undefined && { 'content-type': 'application/json' }), ...answer.headers }
    if (answer.resetAfter !== undefined) {
      response.writeHead(answer.status ?? 200, { ...headers, 'content-length': body.length })
      response.write(body.subarray(0, answer.resetAfter), () => request.socket.destroy())
      return
    }
    if (answer.stopAfter !== undefined) {
      response.writeHead(answer.status ?? 200, { ...headers, 'content-length': body.length })
      response.write(body.subarray(0, answer.stopAfter))
      return
    }
    response.writeHead(answer.status ?? 200, headers).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    if (server.listening) await new Promise(resolve => server.close(resolve))
  }
  t.teardown(stop)
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, rootUrl: `${origin}/v1.0`, asked, stop }
}

const bytesOf = (body: unknown): Buffer =>
  Buffer.isBuffer(body)
    ? body
    : Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
