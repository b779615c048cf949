import { systemCode } from '../core/errors.ts'

/** A failure of the proxy, not of the service behind it. */
export interface ProxyFailure extends Error {
  readonly proxy: {
    /** `host:port`, without the login. */
    readonly address: string
    /** Status of the reply to CONNECT; absent if the proxy was not reached. */
    readonly status?: number
    /** What to do, as a sentence. */
    readonly fix: string
    /** A retry would fail in the same way. */
    readonly final: boolean
  }
}

/** The proxy failure in an error or its causes, if any. */
export const proxyFailureIn = (error: unknown): ProxyFailure | undefined => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++)
    if ('proxy' in at) return at as ProxyFailure
  return undefined
}

const made = (message: string, proxy: ProxyFailure['proxy'], cause?: unknown): ProxyFailure =>
  Object.assign(new Error(message, { cause }), { proxy })

/** The failure for a proxy that did not reply to CONNECT with 200. @param schemes its `Proxy-Authenticate`, if any */
export const proxyRefused = (proxy: string, status: number, schemes = ''): ProxyFailure => {
  const { host, username } = new URL(proxy)
  const refusal = { address: host, status }
  if (status === 407)
    return schemes !== '' && !/\bbasic\b/i.test(schemes)
      ? made(
          `the proxy ${host} requires a sign-in (${named(schemes)}) that is not supported. Only Basic is supported`,
          {
            ...refusal,
            fix: 'Set HTTPS_PROXY to a proxy with Basic or no sign-in, or to a local relay that signs in to this one.',
            final: true,
          },
        )
      : made(
          username === ''
            ? `the proxy ${host} requires a user name and password`
            : `the proxy ${host} does not accept the user name and password in HTTPS_PROXY`,
          {
            ...refusal,
            fix: `Set HTTPS_PROXY to http://user:password@${host} in the environment; write special characters of either percent-encoded (@ is %40).`,
            final: true,
          },
        )
  return made(`the proxy ${host} answers ${status} instead of connecting`, {
    ...refusal,
    fix: 'Ask the proxy’s administrator to allow this host, or check HTTPS_PROXY and NO_PROXY in the environment.',
    final: status >= 400 && status < 500 && status !== 408 && status !== 429,
  })
}

/** The scheme of each challenge, without parameters such as the realm. */
const named = (schemes: string): string =>
  [...new Set(schemes.split(',').flatMap(one => /^\s*([A-Za-z][\w-]*)(?=\s*$|\s+\S)/.exec(one)?.[1] ?? []))].join(', ')

/** The failure for a proxy that was not reached, or closed the connection before it replied. */
export const proxyUnreached = (proxy: string, cause: unknown): ProxyFailure => {
  const { host } = new URL(proxy)
  const code = systemCode(cause)
  const why =
    (code && reasons[code]) ?? `${cause instanceof Error ? cause.message : String(cause)}${code ? ` (${code})` : ''}`
  return made(
    `the proxy ${host} cannot be reached: ${why}`,
    {
      address: host,
      fix: 'Check HTTPS_PROXY (or ALL_PROXY) in the environment, which names this proxy; unset it, or list the host in NO_PROXY, if there is none.',
      final: false,
    },
    cause,
  )
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'its name was not found',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNRESET: 'it reset the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_CONNECT_TIMEOUT: 'connecting timed out',
}
