import { systemCode } from '../core/errors.ts'

/** Why a connection failed on the way: the proxy, not the service, is what a person has to look at. */
export interface ProxyFailure extends Error {
  readonly proxy: {
    /** `host:port`, without the login. */
    readonly address: string
    /** What it answered to CONNECT; absent where it was not reached. */
    readonly status?: number
    /** What to do, as a sentence. */
    readonly fix: string
    /** No further try has any hope. */
    readonly final: boolean
  }
}

/** The failure of the proxy in an error or in what caused it, if that is what it was. */
export const proxyFailureIn = (error: unknown): ProxyFailure | undefined => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++)
    if ('proxy' in at) return at as ProxyFailure
  return undefined
}

const made = (message: string, proxy: ProxyFailure['proxy'], cause?: unknown): ProxyFailure =>
  Object.assign(new Error(message, { cause }), { proxy })

/** Of a proxy that answered CONNECT with something else than 200. @param schemes its `Proxy-Authenticate`, if any */
export const proxyRefused = (proxy: string, status: number, schemes = ''): ProxyFailure => {
  const { host, username } = new URL(proxy)
  const refusal = { address: host, status }
  if (status === 407)
    return schemes !== '' && !/\bbasic\b/i.test(schemes)
      ? made(`the proxy ${host} asks for a sign-in (${named(schemes)}) that is not spoken here: only Basic is`, {
          ...refusal,
          fix: 'Name a proxy in HTTPS_PROXY that takes Basic or no sign-in, or a local relay that signs in to this one.',
          final: true,
        })
      : made(
          username === ''
            ? `the proxy ${host} asks for a sign-in of its own`
            : `the proxy ${host} does not accept the user name and password in HTTPS_PROXY`,
          {
            ...refusal,
            fix: `Set HTTPS_PROXY to http://user:password@${host} in the environment; write special characters of either percent-encoded (@ is %40).`,
            final: true,
          },
        )
  return made(`the proxy ${host} answers ${status} instead of connecting`, {
    ...refusal,
    fix: 'Ask who runs the proxy to let this host through, or check HTTPS_PROXY and NO_PROXY in the environment.',
    final: status >= 400 && status < 500 && status !== 408 && status !== 429,
  })
}

/** The first word of each challenge: parameters such as a realm are of no use to a person. */
const named = (schemes: string): string =>
  [...new Set(schemes.split(',').flatMap(one => /^\s*([A-Za-z][\w-]*)(?=\s*$|\s+\S)/.exec(one)?.[1] ?? []))].join(', ')

/** Of a proxy that was not reached, or broke off before it had answered. */
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
  ECONNREFUSED: 'nobody answers there (connection refused)',
  ENOTFOUND: 'its name cannot be found',
  EAI_AGAIN: 'its name cannot be looked up',
  ECONNRESET: 'it reset the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_CONNECT_TIMEOUT: 'the connection was not made in time',
}
