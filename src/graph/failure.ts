import { systemCode } from '../core/errors.ts'
import type { Failure } from './call.ts'
import { proxyFailureIn } from './proxy-failure.ts'

/** The connection was never made, so the request was not sent. */
const notSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_CONN',
  'UND_ERR_PRX_TLS',
])

/** Failures that a retry would meet again. */
const hopeless =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO$|UND_ERR_(INVALID_ARG|DESTROYED|CLOSED)$)/

/** Classifies an error of the transport. */
export const failureOf = (error: unknown): Failure => {
  const failure = error instanceof Error ? error : new Error(String(error))
  const proxy = proxyFailureIn(failure)?.proxy
  if (proxy) return { failure, sent: false, ...(proxy.final && { final: true }) }
  const code = systemCode(failure)
  if (code !== undefined && hopeless.test(code)) return { failure, sent: false, final: true }
  return { failure, sent: code === undefined || !notSent.has(code) }
}

/** Whether the host was not reached: a wrong name, no network, or the service is down. */
export const isUnreachable = ({ failure, sent }: Failure): boolean =>
  !sent && (systemCode(failure) !== undefined || proxyFailureIn(failure) !== undefined)

/** Describes a failure without the request's content. */
export const failureWords = ({ failure }: Failure): string => {
  const proxied = proxyFailureIn(failure)
  if (proxied) return proxied.message
  const code = systemCode(failure)
  return code === undefined
    ? failure.message
    : (words[code] ?? `${failure.message || 'the connection failed'} (${code})`)
}

const untrusted =
  'its certificate is not trusted. Behind a company proxy, set NODE_EXTRA_CA_CERTS or the tenant’s caFile to the company’s CA file, ' +
  'or set NODE_USE_SYSTEM_CA=1'

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'its name was not found: check the host and the network',
  EAI_AGAIN: 'its name could not be looked up: check the network',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed during the reply',
  UND_ERR_CONNECT_TIMEOUT: 'connecting timed out: check the network and the proxy (HTTPS_PROXY)',
  UND_ERR_HEADERS_TIMEOUT: 'the reply timed out',
  UND_ERR_BODY_TIMEOUT: 'the reply stopped',
  UND_ERR_PRX_CONN: 'the proxy refused the connection: check HTTPS_PROXY and its user name and password',
  UND_ERR_PRX_TLS: 'the proxy cannot be reached over TLS: check HTTPS_PROXY and the company’s CA file',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired, or this machine’s clock is wrong',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: check this machine’s clock',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  EPROTO: 'this port does not speak TLS: is it a plain http address?',
}
