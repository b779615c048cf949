import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { trustedAuthorities } from '../authorities.ts'
import { createDispatcher } from '../dispatcher.ts'
import { isLoopback } from '../loopback.ts'
import { proxyFor } from '../proxy.ts'
import { signInFailed } from '../sign-in-failed.ts'
import type { SignInSetting } from './setting.ts'

/** Asks the token endpoint. */
interface TokenRequest {
  readonly kind: string
  readonly clientId: string
  /** All but `client_id`. Called for each request, with the address. */
  readonly form: (tokenUrl: string) => Promise<Readonly<Record<string, string>>>
  readonly signal?: AbortSignal | undefined
}

/** What the token endpoint gave. All of it is secret but the time. */
interface TokenReply {
  readonly token: string
  readonly expiresAtMs: number
  readonly refreshToken?: string
}

/** A sign-in that sends nothing must end. */
const timeoutMs = 60_000

/** @throws EntrapipeError `CONFIG_INVALID` if secrets would be sent unencrypted */
export const demandEncrypted = ({ authorityUrl }: Pick<SignInSetting, 'authorityUrl'>): void => {
  const authority = new URL(authorityUrl)
  if (authority.protocol === 'https:' || isLoopback(authority)) return
  throw new EntrapipeError(
    'CONFIG_INVALID',
    `${authority.origin} uses plain http, so the app's secret would be sent unencrypted.`,
    { fix: 'Use https. Plain http is supported only for this machine (127.0.0.1, localhost).' },
  )
}

/**
 * Requests a token by a form. The connections are those of a sign-in: proxy and additional CAs.
 *
 * @throws EntrapipeError as a `Credential`
 */
export const requestToken = async (
  { kind, clientId, form, signal }: TokenRequest,
  { tenantId = 'organizations', authorityUrl, clock, environment, caFile }: SignInSetting,
): Promise<TokenReply> => {
  const tokenUrl = new URL(`${authorityUrl.replace(/\/$/, '')}/${tenantId}/oauth2/v2.0/token`)
  const attempt = { kind, tenantId, clientId, authorityUrl }
  const proxy = proxyFor(tokenUrl, environment)
  const ca = await trustedAuthorities(environment, caFile)
  const dispatcher = createDispatcher({ ...given({ proxy, ca }) })
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: tokenUrl.origin,
      path: tokenUrl.pathname,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ client_id: clientId, ...(await form(tokenUrl.href)) }).toString(),
      signal: signal ?? null,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    })
    const reply = (await body.json()) as Record<string, unknown>
    const { access_token: token, refresh_token: refreshToken } = reply
    if (statusCode === 200 && typeof token === 'string')
      return {
        token,
        expiresAtMs: clock.now() + Number(reply['expires_in']) * 1000,
        ...(typeof refreshToken === 'string' && { refreshToken }),
      }
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
}
