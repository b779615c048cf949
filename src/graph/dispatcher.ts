import type { Dispatcher } from 'undici'
// The package's index also loads its fetch, caches, sockets and mocks: 15 MB that stay resident in every export.
import api from 'undici/lib/api/index.js'
import Agent from 'undici/lib/dispatcher/agent.js'
import BareDispatcher from 'undici/lib/dispatcher/dispatcher.js'
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'

// What the index does with them: `request` and its like are methods of every dispatcher.
Object.assign(BareDispatcher.prototype, api)

interface DispatcherOptions {
  /** Address of the proxy; see `proxyFor`. */
  readonly proxy?: string
  /** Trusted certificates, PEM; see `trustedAuthorities`. @default those of Node */
  readonly ca?: readonly string[]
  /** For a connection to be made, the proxy's part included. @default 20,000 */
  readonly connectTimeoutMs?: number
}

/**
 * How requests get out. Connections are kept open between requests; HTTP/1.1, because a reset in mid-body is then one
 * request's loss and not that of all that share the connection.
 */
export const createDispatcher = ({ proxy, ca, connectTimeoutMs = 20_000 }: DispatcherOptions = {}): Dispatcher => {
  const tls = ca ? { ca: [...ca] } : {}
  const options = { allowH2: false, keepAliveTimeout: 30_000, connectTimeout: connectTimeoutMs }
  if (proxy === undefined) return new Agent({ ...options, connect: { ...tls, timeout: connectTimeoutMs } })
  return new ProxyAgent({ ...options, uri: proxy, requestTls: tls, proxyTls: tls })
}
