import type { Dispatcher } from 'undici'

import { signInFailed } from '../graph/sign-in-failed.ts'
import type { Clock } from '../core/clock.ts'

interface DirectoryQuestion {
  readonly authorityUrl: string
  /** A domain of the directory. */
  readonly domain: string
  readonly kind: string
  readonly clock: Clock
  readonly dispatcher: Dispatcher
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks up a directory's id by domain in its sign-in metadata. Needs no token.
 *
 * @throws EntrapipeError `SIGN_IN_FAILED` if no directory has the domain, `GRAPH_UNAVAILABLE` without a reply
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri
 */
export const directoryId = async ({
  authorityUrl,
  domain,
  kind,
  clock,
  dispatcher,
  signal,
}: DirectoryQuestion): Promise<string> => {
  const attempt = { kind, tenantId: domain, authorityUrl }
  try {
    const { origin, pathname } = new URL(`${authorityUrl}/${domain}/v2.0/.well-known/openid-configuration`)
    const { statusCode, body } = await dispatcher.request({
      origin,
      path: pathname,
      method: 'GET',
      headers: { accept: 'application/json' },
      signal: signal ?? null,
    })
    const said = await body.text()
    const id =
      statusCode === 200
        ? /"issuer"\s*:\s*"[^"]*\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//i.exec(said)?.[1]
        : undefined
    if (id !== undefined) return id.toLowerCase()
    throw signInFailed(
      new Error(description(said) ?? `the sign-in metadata has no directory id (status ${statusCode})`),
      {
        ...attempt,
        nowMs: clock.now(),
        status: statusCode,
      },
    )
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    throw signInFailed(error, { ...attempt, nowMs: clock.now() })
  }
}

const description = (said: string): string | undefined => {
  const text = /"error_description"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(said)?.[1]
  return text === undefined ? undefined : (JSON.parse(text) as string)
}
