import type * as IdentityModule from '@azure/identity'
import type { TokenCredential, TokenCredentialOptions } from '@azure/identity'
import { authorityHosts } from '../../data/clouds.ts'
import { trustedAuthorities } from '../authorities.ts'
import type { Credential } from '../credential.ts'
import { proxyFailureIn } from '../proxy-failure.ts'
import { signInFailed } from '../sign-in-failed.ts'
import { identityTransport, type IdentityTransport } from './identity-transport.ts'
import { scopeOf, type SignInSetting } from './setting.ts'

type Identity = typeof IdentityModule

/** Options common to all credentials of @azure/identity. */
type IdentityOptions = TokenCredentialOptions & { readonly disableInstanceDiscovery?: boolean }

interface IdentityKind {
  readonly kind: string
  readonly clientId?: string | undefined
  /**
   * Whether a new instance gets a new token without user interaction. It is the only way around the library's cache.
   *
   * @default true
   */
  readonly renewable?: boolean
  make(identity: Identity, options: IdentityOptions): TokenCredential
}

interface Opened {
  readonly credential: TokenCredential
  readonly transport: IdentityTransport
}

/**
 * A credential of @azure/identity, which is loaded with the first token (150 ms). Its requests use the same connections as
 * those to Graph.
 */
export const withIdentity = (
  { kind, clientId, renewable = true, make }: IdentityKind,
  setting: SignInSetting,
): Credential => {
  const { tenantId, authorityUrl, clock, environment, caFile } = setting
  let opened: Opened | undefined

  const open = async (): Promise<Opened> => {
    const transport = identityTransport(environment, await trustedAuthorities(environment, caFile))
    const options: IdentityOptions = {
      authorityHost: authorityUrl,
      // Other hosts are not in Microsoft's list, and discovery would disclose them to Microsoft.
      disableInstanceDiscovery: !authorityHosts.has(new URL(authorityUrl).host),
      httpClient: transport.httpClient,
      // The caller retries, and waits longer.
      retryOptions: { maxRetries: 0 },
    }
    return { credential: make(await import('@azure/identity'), options), transport }
  }

  return {
    kind,
    async token({ signal, refresh = false } = {}) {
      if (refresh && renewable) opened = undefined
      let transport: IdentityTransport | undefined
      try {
        opened ??= await open()
        transport = opened.transport
        const token = await opened.credential.getToken(scopeOf(setting), signal ? { abortSignal: signal } : {})
        if (!token) throw new Error('no token was returned')
        return { token: token.token, expiresAtMs: token.expiresOnTimestamp }
      } catch (error) {
        opened = undefined
        if (signal?.aborted) throw signal.reason
        const { error: cause, ...reply } = transport?.last() ?? {}
        // If the library gives no reason, the failure of its last request is the reason.
        throw signInFailed(leavesOpenWhy(error) ? (cause ?? error) : (proxyFailureIn(cause) ?? error), {
          kind,
          tenantId,
          clientId,
          authorityUrl,
          nowMs: clock.now(),
          ...reply,
        })
      }
    },
  }
}

/** Messages of the library if it could not read a tenant's endpoints or could not send. */
const reasonless =
  /endpoints_resolution_error|openid_config_error|network_error|no_network_connectivity|(post|get)_request_failed/i

const leavesOpenWhy = (error: unknown): boolean =>
  error instanceof Error && reasonless.test(error.message) && !/AADSTS\d/.test(error.message)
