import type { Credential } from '../credential.ts'
import { demandEncrypted, requestToken } from './request-token.ts'
import { scopeOf, type SignInSetting } from './setting.ts'

/** Options of `refreshToken`. */
export interface RefreshTokenOptions {
  readonly clientId: string
  /** Of the app. */
  readonly secret: string
  readonly refreshToken: string
  /** Keeps a new refresh token, which replaces the one before. It must not fail. */
  readonly keep?: (fresh: string, before: string) => Promise<void>
}

const kind = 'refresh-token'

/**
 * Signs in as a person who has signed in once, by a refresh token and the secret of the app that it was issued for: in the
 * person's own tenant, or in that of a customer by delegated administration. Every token comes with a new refresh token.
 * Entra does not revoke the old one, so that several processes may use it.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
 * @see https://learn.microsoft.com/partner-center/developer/enable-secure-app-model
 */
export const refreshToken = (options: RefreshTokenOptions, setting: SignInSetting): Credential => {
  const { clientId, secret, keep } = options
  let latest = options.refreshToken
  demandEncrypted(setting)
  return {
    kind,
    async token({ signal } = {}) {
      const sent = latest
      const form = async () => ({
        grant_type: 'refresh_token',
        client_secret: secret,
        refresh_token: sent,
        scope: `${scopeOf(setting)} offline_access`,
      })
      const { token, expiresAtMs, refreshToken: fresh } = await requestToken({ kind, clientId, form, signal }, setting)
      if (fresh !== undefined && fresh !== sent) {
        latest = fresh
        await keep?.(fresh, sent)
      }
      return { token, expiresAtMs }
    },
  }
}
