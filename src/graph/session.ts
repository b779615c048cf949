import type { Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Tenant } from '../core/graph.ts'
import type { Credential, Token } from './credential.ts'
import { readToken, type TokenClaims } from './read-token.ts'

/** Provides a token for the client's tenant. */
export interface Session {
  /**
   * The token to send. It is renewed in the background before it expires (by a fifth of its lifetime, at most five
   * minutes). Requests wait only without a valid token. Concurrent callers share one sign-in.
   *
   * @throws EntrapipeError `SIGN_IN_FAILED`, also if the token is for another tenant
   */
  current(signal?: AbortSignal): Promise<SignedIn> | SignedIn
  /** Graph refused this token. The next `current` signs in again, unless that has already happened. */
  refused(token: string): void
}

/** A valid token, and its claims. */
export interface SignedIn {
  readonly token: string
  readonly claims: TokenClaims
  readonly expiresAtMs: number
}

const leadMs = 300_000
/** Pause after a failed background renewal. */
const holdOffMs = 30_000

interface Renewal {
  readonly promise: Promise<SignedIn>
  readonly controller: AbortController
  waiting: number
}

/** @param signedIn called after each sign-in */
export const createSession = (
  credential: Credential,
  tenant: Tenant,
  clock: Clock,
  signedIn: (session: SignedIn) => void = () => {},
): Session => {
  let held: SignedIn | undefined
  let refreshAtMs = 0
  let refusedToken: string | undefined
  let renewal: Renewal | undefined

  const renew = async (signal: AbortSignal): Promise<SignedIn> => {
    const startedAt = clock.now()
    const given = await credential.token({ signal, refresh: held !== undefined })
    const session = check(given, tenant, startedAt)
    held = session
    refusedToken = undefined
    refreshAtMs = session.expiresAtMs - Math.min(leadMs, (session.expiresAtMs - startedAt) / 5)
    signedIn(session)
    return session
  }

  const renewing = (): Renewal => {
    if (renewal) return renewal
    const controller = new AbortController()
    const promise = renew(controller.signal).finally(() => {
      if (renewal?.controller === controller) renewal = undefined
    })
    promise.catch(() => {
      refreshAtMs = clock.now() + holdOffMs
    })
    return (renewal = { promise, controller, waiting: 0 })
  }

  const wait = async (signal?: AbortSignal): Promise<SignedIn> => {
    const shared = renewing()
    shared.waiting++
    try {
      return await unlessAborted(shared.promise, signal)
    } finally {
      // A device code or a browser must not outlive its callers.
      if (--shared.waiting === 0 && signal?.aborted) {
        if (renewal === shared) renewal = undefined
        shared.controller.abort(signal.reason)
      }
    }
  }

  return {
    current: signal => {
      if (!held || held.token === refusedToken) return wait(signal)
      const now = clock.now()
      if (now < refreshAtMs) return held
      if (now >= held.expiresAtMs) return wait(signal)
      renewing()
      return held
    },
    refused: token => {
      if (held?.token === token) refusedToken = token
    },
  }
}

const check = ({ token, expiresAtMs }: Token, tenant: Tenant, now: number): SignedIn => {
  const claims = readToken(token)
  if (claims.tenantId.toLowerCase() !== tenant.id.toLowerCase())
    throw new EntrapipeError(
      'SIGN_IN_FAILED',
      `The token belongs to tenant ${claims.tenantId}, but "${tenant.name}" is tenant ${tenant.id}. Nothing was sent.`,
      {
        facts: { tenant: tenant.id, tokenTenant: claims.tenantId },
        fix: 'Sign in to the right tenant, or name the other one with --tenant.',
      },
    )
  if (expiresAtMs <= now)
    throw new EntrapipeError('SIGN_IN_FAILED', `The access token expired at ${new Date(expiresAtMs).toISOString()}.`, {
      facts: { tenant: tenant.id },
      fix: 'Get a new token. If it is new, this machine’s clock is ahead: correct it.',
    })
  return { token, claims, expiresAtMs }
}

const unlessAborted = <T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> => {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason as Error)
    if (signal.aborted) return give()
    signal.addEventListener('abort', give, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', give))
  })
}
