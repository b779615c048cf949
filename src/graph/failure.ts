import { errorOf, systemCode } from '../core/errors.ts'
import type { Failure } from './call.ts'
import { proxyFailureIn } from './proxy-failure.ts'

/** Codes that only occur before a connection is made, so the request was not sent. */
const notSent = new Set(['ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_PRX_CONN', 'UND_ERR_PRX_TLS'])
/** System calls that make a connection. Their codes (`ECONNREFUSED`, `EHOSTUNREACH`) also occur on one that is in use. */
const connecting = new Set(['connect', 'getaddrinfo'])

/** Failures before anything is sent that a retry would meet again. A certificate is verified when a connection is made. */
const refusedBefore = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|UND_ERR_INVALID_ARG$)/
/** As above, if they occur while a connection is made. */
const refusedHandshake = /^(ERR_TLS_|ERR_SSL_|EPROTO$)/
/** This client was closed. A request may have been sent before. */
const closed = /^UND_ERR_(DESTROYED|CLOSED)$/

const unconnected = new WeakSet<Error>()

/** Marks an error as one of making a connection: no request was sent. */
export const markUnconnected = (error: Error): void => void unconnected.add(error)

/** Classifies an error of the transport. In doubt, the request was sent. */
export const failureOf = (error: unknown): Failure => {
  const failure = errorOf(error)
  const proxy = proxyFailureIn(failure)?.proxy
  if (proxy) return { failure, sent: false, ...(proxy.final && { final: true }) }
  const code = systemCode(failure) ?? ''
  if (refusedBefore.test(code)) return { failure, sent: false, final: true }
  if (closed.test(code)) return { failure, sent: true, final: true }
  if (causes(failure).some(cause => unconnected.has(cause)))
    return { failure, sent: false, ...(refusedHandshake.test(code) && { final: true }) }
  return { failure, sent: !notSent.has(code) && !causes(failure).some(isConnecting) }
}

/** The error, its cause, the cause's cause … */
const causes = (error: Error): Error[] => {
  const found: Error[] = []
  for (let at: unknown = error; at instanceof Error && found.length < 8; at = at.cause) found.push(at)
  return found
}

/** Whether a connection could not be made. A host with several addresses has one error for each. */
const isConnecting = (error: Error): boolean =>
  error instanceof AggregateError
    ? error.errors.length > 0 && error.errors.every(one => one instanceof Error && isConnecting(one))
    : 'syscall' in error && connecting.has(String(error.syscall))

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
