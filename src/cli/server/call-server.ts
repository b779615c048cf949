import { lookup as lookUp } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { Agent, request, type Dispatcher } from 'undici'
import { isLoopback } from '../../api/guards/hosts.ts'
import type { Problem } from '../../api/problem.ts'
import { EntrapipeError, systemCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { readSecret } from '../../tenants/read-secret.ts'
import { absolute } from '../../core/absolute.ts'
import type { Cli } from '../cli.ts'
import { readServerFile, type ServerFile } from './server-file.ts'

/** Which server a command asks. */
export interface ServerWish {
  readonly server?: string
}

/** A request to the server. */
interface Asked {
  /** JSON, unless it is a stream. */
  readonly body?: object | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** The server that a command asks. */
export interface ServerClient {
  /** @throws EntrapipeError the server's own, by its code; `SERVER_UNAVAILABLE` if it does not answer */
  send(method: Dispatcher.HttpMethod, path: string, asked?: Asked): Promise<Dispatcher.ResponseData>
  /** As `send`, and reads the reply as JSON. */
  json<T>(method: Dispatcher.HttpMethod, path: string, asked?: Asked): Promise<T>
  readonly url: string
}

const none = (cause?: unknown, url?: string): EntrapipeError =>
  new EntrapipeError(
    'SERVER_UNAVAILABLE',
    url === undefined ? 'No server runs for this store.' : `The server ${url} does not answer.`,
    { cause, fix: 'Start it with `entrapipe serve`, or name another one with --server.' },
  )

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value

/** An address for messages. */
const withoutPassword = (text: string): string => text.replace(/\/\/.*@/, '//…@')

/** @throws EntrapipeError `OPTION_INVALID` for an address that is none, or that would show the token to others */
const originOf = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url?.protocol === 'http:' && isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
  if (url && (url.protocol === 'https:' || isPlain) && url.pathname === '/' && url.username === '') return url.origin
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Expected --server to be an address such as https://jobs.contoso.com, got "${withoutPassword(text)}".`,
    {
      ...given({
        fix: url?.protocol === 'http:' ? 'Use https: with plain http, others could read the token.' : undefined,
      }),
    },
  )
}

/** Connects to the server of this store where it listens, and takes its own certificate for it. */
const ownDispatcher = ({ address, certificate }: NonNullable<ServerFile['tls']>): Dispatcher => {
  const lookup: LookupFunction = (_, options, found) => lookUp(address, options, found)
  return new Agent({ connect: { ca: certificate, allowPartialTrustChain: true, lookup } })
}

/**
 * Finds the server: `--server`, `ENTRAPIPE_SERVER`, or that of this store; and the token: of `ENTRAPIPE_TOKEN_FILE`, or of this store.
 *
 * @throws EntrapipeError `SERVER_UNAVAILABLE` if no server runs for this store; `SECRET_MISSING`, `SECRET_EXPOSED`, `OPTION_INVALID`
 */
export const openClient = async ({ server }: ServerWish, cli: Cli): Promise<ServerClient> => {
  const { environment, signal } = cli
  const named = server ?? environment.variable('ENTRAPIPE_SERVER')
  const own = named === undefined ? await readServerFile((await cli.store()).folder.path) : undefined
  if (named === undefined && !own) throw none()
  const url = named === undefined ? own!.url : originOf(named)
  const dispatcher = own?.tls && ownDispatcher(own.tls)
  const file = environment.variable('ENTRAPIPE_TOKEN_FILE')
  const token = file === undefined ? own?.token : await readSecret({ file: absolute(environment, file) }, environment)

  const send: ServerClient['send'] = async (method, path, { body, headers } = {}) => {
    const isStream = body !== undefined && Symbol.asyncIterator in body
    let reply: Dispatcher.ResponseData
    try {
      reply = await request(`${url}${path}`, {
        method,
        signal,
        ...given({ dispatcher }),
        headers: {
          'x-entrapipe': '1',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined || isStream ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: (body === undefined ? null : isStream ? body : JSON.stringify(body)) as null,
        // A stream of events may be silent for a while.
        bodyTimeout: 60_000,
      })
    } catch (cause) {
      if (signal.aborted) throw signal.reason
      if (systemCode(cause) !== undefined) throw none(cause, url)
      throw cause
    }
    if (reply.statusCode < 400) return reply
    const problem: unknown = await reply.body.json().catch(() => undefined)
    if (!isProblem(problem)) throw none(undefined, url)
    throw new EntrapipeError(problem.code, problem.detail, given({ fix: problem.fix, facts: problem.facts }))
  }
  return {
    url,
    send,
    async json(method, path, asked) {
      const reply = await send(method, path, asked)
      return (reply.statusCode === 204 ? undefined : await reply.body.json()) as never
    },
  }
}
