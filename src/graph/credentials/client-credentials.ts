import type { Credential } from '../credential.ts'
import { demandEncrypted, requestToken } from './request-token.ts'
import { scopeOf, type SignInSetting } from './setting.ts'

interface ClientCredentials {
  readonly kind: string
  readonly clientId: string
  /** Proof of the app's identity. Called for each request, since an assertion is short-lived. */
  proof(tokenUrl: string): Promise<Readonly<Record<string, string>>>
}

/** Whether the token must be requested here, because @azure/identity requires https. */
export const isPlainHttp = ({ authorityUrl }: Pick<SignInSetting, 'authorityUrl'>): boolean =>
  new URL(authorityUrl).protocol === 'http:'

/**
 * Signs in as an app over plain http, on this machine only, for a sandbox.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export const clientCredentials = ({ kind, clientId, proof }: ClientCredentials, setting: SignInSetting): Credential => {
  demandEncrypted(setting)
  return {
    kind,
    async token({ signal } = {}) {
      const form = async (tokenUrl: string) => ({
        grant_type: 'client_credentials',
        scope: scopeOf(setting),
        ...(await proof(tokenUrl)),
      })
      const { token, expiresAtMs } = await requestToken({ kind, clientId, form, signal }, setting)
      return { token, expiresAtMs }
    },
  }
}
