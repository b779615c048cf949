import type * as IdentityModule from '@azure/identity'
import type { TokenCredential, TokenCredentialOptions } from '@azure/identity'
import { authorityHosts } from '../../data/clouds.ts'
import { trustedAuthorities } from '../authorities.ts'
import type { Credential } from '../credential.ts'
import { proxyFor } from '../proxy.ts'
import { signInFailed } from '../sign-in-failed.ts'
import { leavesOpenWhy, whyUnreachable } from './probe.ts'
import { scopeOf, type SignInSetting } from './setting.ts'

type Identity = typeof IdentityModule

/** Options that every credential of @azure/identity takes. */
export type IdentityOptions = TokenCredentialOptions & { readonly disableInstanceDiscovery?: boolean }

export interface IdentityKind {
  readonly kind: string
  readonly clientId?: string | undefined
  /**
   * Whether a new instance gets a new token without asking a person: the only way past the library's cache.
   *
   * @default true
   */
  readonly renewable?: boolean
  make(identity: Identity, options: IdentityOptions): TokenCredential
}

/**
 * A credential of @azure/identity, which is loaded when the first token is asked for (150 ms). It gets the same proxy and
 * authorities as the requests to Graph.
 */
export const withIdentity = (
  { kind, clientId, renewable = true, make }: IdentityKind,
  setting: SignInSetting,
): Credential => {
  const { tenantId, authorityUrl, clock } = setting
  let made: Promise<TokenCredential> | undefined
  const open = async () => make(await import('@azure/identity'), await identityOptions(setting))
  return {
    kind,
    async token({ signal, refresh = false } = {}) {
      if (refresh && renewable) made = undefined
      try {
        const credential = await (made ??= open())
        const token = await credential.getToken(scopeOf(setting), signal ? { abortSignal: signal } : {})
        if (!token) throw new Error('no token was given')
        return { token: token.token, expiresAtMs: token.expiresOnTimestamp }
      } catch (error) {
        made = undefined
        if (signal?.aborted) throw signal.reason
        const attempt = { kind, tenantId, clientId, authorityUrl, nowMs: clock.now(), status: statusOf(error) }
        if (!leavesOpenWhy(error)) throw signInFailed(error, attempt)
        const { error: why, ...more } = await whyUnreachable(setting, error, signal)
        throw signInFailed(why, { ...attempt, ...more })
      }
    },
  }
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined

const identityOptions = async ({ authorityUrl, environment, caFile }: SignInSetting): Promise<IdentityOptions> => {
  const authority = new URL(authorityUrl)
  const proxy = proxyFor(authority, environment)
  const ca = await trustedAuthorities(environment, caFile)
  return {
    authorityHost: authorityUrl,
    // Other hosts are not in Microsoft's list, and asking there whether they are would tell it where we sign in.
    disableInstanceDiscovery: !authorityHosts.has(authority.host),
    ...(proxy !== undefined && { proxyOptions: proxyOptions(proxy) }),
    ...(ca && { tlsOptions: { ca } }),
    // Whoever asked tries again, with more patience.
    retryOptions: { maxRetries: 1 },
  }
}

const proxyOptions = (proxy: string): NonNullable<TokenCredentialOptions['proxyOptions']> => {
  const { protocol, hostname, port, username, password } = new URL(proxy)
  return {
    host: `${protocol}//${hostname}`,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    ...(username !== '' && { username: decodeURIComponent(username), password: decodeURIComponent(password) }),
  }
}
