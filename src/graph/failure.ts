import { systemCode } from '../core/errors.ts'
import type { Failure } from './call.ts'
import { proxyFailureIn } from './proxy-failure.ts'

/** Nothing of the request left: the connection was never made. */
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

/** No certificate becomes trusted, and no port speaks TLS, by asking again. */
const hopeless =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO$|UND_ERR_(INVALID_ARG|DESTROYED|CLOSED)$)/

/** What a thrown error of the transport means for the request. */
export const failureOf = (error: unknown): Failure => {
  const failure = error instanceof Error ? error : new Error(String(error))
  const proxy = proxyFailureIn(failure)?.proxy
  if (proxy) return { failure, sent: false, ...(proxy.final && { final: true }) }
  const code = systemCode(failure)
  if (code !== undefined && hopeless.test(code)) return { failure, sent: false, final: true }
  return { failure, sent: code === undefined || !notSent.has(code) }
}

/** Whether nobody was there to talk to: a wrong host, no network, or a service that is not up. */
export const isUnreachable = ({ failure, sent }: Failure): boolean =>
  !sent && (systemCode(failure) !== undefined || proxyFailureIn(failure) !== undefined)

/** What failed, in words, without the request's content. */
export const failureWords = ({ failure }: Failure): string => {
  const proxied = proxyFailureIn(failure)
  if (proxied) return proxied.message
  const code = systemCode(failure)
  return code === undefined
    ? failure.message
    : (words[code] ?? `${failure.message || 'the connection failed'} (${code})`)
}

const untrusted =
  'its certificate is signed by an authority that is not trusted here. Behind a company proxy, name the company’s CA file in ' +
  'NODE_EXTRA_CA_CERTS or as the tenant’s caFile, or set NODE_USE_SYSTEM_CA=1'

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody answers there (connection refused)',
  ENOTFOUND: 'its name cannot be found: check the host and the network',
  EAI_AGAIN: 'its name cannot be looked up: check the network',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed in mid-reply',
  UND_ERR_CONNECT_TIMEOUT: 'the connection was not made in time: check the network and the proxy (HTTPS_PROXY)',
  UND_ERR_HEADERS_TIMEOUT: 'no reply came in time',
  UND_ERR_BODY_TIMEOUT: 'the reply stopped coming',
  UND_ERR_PRX_CONN: 'the proxy refused the connection: check HTTPS_PROXY and its user name and password',
  UND_ERR_PRX_TLS: 'the proxy cannot be reached over TLS: check HTTPS_PROXY and the company’s CA file',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired, or this machine’s clock is wrong',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: this machine’s clock is wrong',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  EPROTO: 'it does not speak TLS there: is it a plain http address?',
}
