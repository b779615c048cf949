import type { Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Tenant } from '../core/graph.ts'
import type { Credential, Token } from './credential.ts'
import { readToken, type TokenClaims } from './read-token.ts'

/** A token that belongs to the client's tenant. */
export interface Session {
  /**
   * The token to send. A fifth of its life (at most five minutes) before its end a new one is fetched behind the
   * requests' backs; only without a valid one do they wait. Callers that come at once share one sign-in.
   *
   * @throws EntrapipeError `SIGN_IN_FAILED`, also when the token is another tenant's
   */
  current(signal?: AbortSignal): Promise<SignedIn> | SignedIn
  /** Graph refused this one: the next `current` signs in anew, unless somebody else has done so already. */
  refused(token: string): void
}

/** A token that is good now, and what it says. */
export interface SignedIn {
  readonly token: string
  readonly claims: TokenClaims
  readonly expiresAtMs: number
}

const leadMs = 300_000
/** After a renewal ahead of time has failed, as long passes before the next. */
const holdOffMs = 30_000

interface Renewal {
  readonly promise: Promise<SignedIn>
  readonly controller: AbortController
  waiting: number
}

/** @param signedIn told after each sign-in */
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
      // A device code or a browser must not outlive those who asked for it.
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
      `The token belongs to tenant ${claims.tenantId}, but "${tenant.name}" is tenant ${tenant.id}: nothing was sent.`,
      {
        facts: { tenant: tenant.id, tokenTenant: claims.tenantId },
        fix: 'Sign in to the right tenant, or name the other one with --tenant.',
      },
    )
  if (expiresAtMs <= now)
    throw new EntrapipeError('SIGN_IN_FAILED', `The access token expired at ${new Date(expiresAtMs).toISOString()}.`, {
      facts: { tenant: tenant.id },
      fix: 'Get a new token; if it is new, this machine’s clock is ahead: correct it.',
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
