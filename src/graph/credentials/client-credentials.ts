import { EntrapipeError } from '../../core/errors.ts'
import { createDispatcher } from '../dispatcher.ts'
import type { Credential } from '../credential.ts'
import { isLoopback } from '../loopback.ts'
import { signInFailed } from '../sign-in-failed.ts'
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
  const { tenantId = 'organizations', authorityUrl, clock } = setting
  const authority = new URL(authorityUrl)
  if (!isLoopback(authority))
    throw new EntrapipeError(
      'CONFIG_INVALID',
      `${authority.origin} uses plain http, so the app's secret would be sent unencrypted.`,
      {
        fix: 'Use https. Plain http is supported only for this machine (127.0.0.1, localhost).',
      },
    )
  const tokenUrl = `${authorityUrl.replace(/\/$/, '')}/${tenantId}/oauth2/v2.0/token`
  const attempt = { kind, tenantId, clientId, authorityUrl }
  return {
    kind,
    async token({ signal } = {}) {
      const dispatcher = createDispatcher()
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        scope: scopeOf(setting),
        ...(await proof(tokenUrl)),
      })
      try {
        const { statusCode, headers, body } = await dispatcher.request({
          origin: authority.origin,
          path: new URL(tokenUrl).pathname,
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
          body: form.toString(),
          signal: signal ?? null,
        })
        const reply = (await body.json()) as Record<string, unknown>
        const token = reply['access_token']
        if (statusCode === 200 && typeof token === 'string')
          return { token, expiresAtMs: clock.now() + Number(reply['expires_in']) * 1000 }
        const serverMs = Date.parse(String(headers['date']))
        throw signInFailed(new Error(String(reply['error_description'] ?? `status ${statusCode}`)), {
          ...attempt,
          nowMs: clock.now(),
          status: statusCode,
          ...(serverMs > 0 && { serverMs }),
        })
      } catch (error) {
        if (signal?.aborted) throw signal.reason
        throw signInFailed(error, { ...attempt, nowMs: clock.now() })
      } finally {
        await dispatcher.destroy()
      }
    },
  }
}
