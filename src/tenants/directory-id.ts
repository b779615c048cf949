import type { Dispatcher } from 'undici'

import { signInFailed } from '../graph/sign-in-failed.ts'
import type { Clock } from '../core/clock.ts'

interface DirectoryQuestion {
  readonly authorityUrl: string
  /** One of the directory's domains. */
  readonly domain: string
  readonly kind: string
  readonly clock: Clock
  readonly dispatcher: Dispatcher
  readonly signal?: AbortSignal | undefined
}

/**
 * The id of the directory that has a domain, as its sign-in metadata says. Needs no token.
 *
 * @throws EntrapipeError `SIGN_IN_FAILED` when no directory has it, `GRAPH_UNAVAILABLE` when nobody answers
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
      new Error(description(said) ?? `the sign-in metadata names no directory (status ${statusCode})`),
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
