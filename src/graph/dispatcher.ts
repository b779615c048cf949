import type { Dispatcher } from 'undici'
// The package's index also loads fetch, caches, sockets and mocks, which take 15 MB in every export.
import api from 'undici/lib/api/index.js'
import buildConnector from 'undici/lib/core/connect.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import BareDispatcher from 'undici/lib/dispatcher/dispatcher.js'
import Pool from 'undici/lib/dispatcher/pool.js'
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { markUnconnected } from './failure.ts'
import { proxyRefused, proxyUnreached } from './proxy-failure.ts'

// Like the index does: `request` and similar functions become methods of every dispatcher.
Object.assign(BareDispatcher.prototype, api)

interface DispatcherOptions {
  /** Address of the proxy; see `proxyFor`. */
  readonly proxy?: string
  /** Trusted certificates, PEM; see `trustedAuthorities`. @default those of Node */
  readonly ca?: readonly string[]
  /** Connect timeout, including the proxy. @default 20,000 */
  readonly connectTimeoutMs?: number
}

/**
 * Creates the connection pool. Connections stay open between requests. HTTP/1.1, so that a reset affects only one request.
 */
export const createDispatcher = ({ proxy, ca, connectTimeoutMs = 20_000 }: DispatcherOptions = {}): Dispatcher => {
  const tls = ca ? { ca: [...ca] } : {}
  const options = { allowH2: false, keepAliveTimeout: 30_000, connectTimeout: connectTimeoutMs }
  if (proxy === undefined) return new Agent({ ...options, connect: connector({ ...tls, timeout: connectTimeoutMs }) })
  // The message does not repeat the value, which may contain a password.
  if (!URL.canParse(proxy))
    throw new EntrapipeError('CONFIG_INVALID', 'HTTPS_PROXY in the environment is not a proxy address.', {
      fix: 'Set it to http://host:port, or to http://user:password@host:port with special characters percent-encoded.',
    })
  return new ProxyAgent({
    ...options,
    uri: proxy,
    requestTls: tls,
    proxyTls: tls,
    clientFactory: (url, settings) => tunnels(proxy, new Pool(url, settings as Pool.Options)),
  })
}

/** Marks failed connections: a TLS error also occurs after a request was sent, and looks the same. */
const connector = (options: buildConnector.BuildOptions): buildConnector.connector => {
  const connect = buildConnector({ ...options, allowH2: false })
  return (to, callback) =>
    connect(to, (...result: buildConnector.CallbackArgs) => {
      if (result[0]) markUnconnected(result[0])
      callback(...result)
    })
}

/** Closed by the client, so not a failure of the proxy. */
const ours = /^UND_ERR_(DESTROYED|CLOSED|ABORTED|INVALID_ARG)$/

/** The connections to the proxy. Failures here are reported as failures of the proxy, not of the host behind it. */
const tunnels = (proxy: string, pool: Pool): Pool => {
  const connect = pool.connect.bind(pool) as (options: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData>
  const tell = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    let reply: Dispatcher.ConnectData
    try {
      reply = await connect(options)
    } catch (error) {
      throw ours.test(systemCode(error) ?? '') ? error : proxyUnreached(proxy, error)
    }
    if (reply.statusCode === 200) return reply
    reply.socket.on('error', () => {}).destroy()
    throw proxyRefused(proxy, reply.statusCode, String(reply.headers['proxy-authenticate'] ?? ''))
  }
  return Object.assign(pool, { connect: tell })
}
