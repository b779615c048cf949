import { EntrapipeError } from '../core/errors.ts'
import { isFailure, type Link, type Outcome } from './call.ts'
import type { Session, SignedIn } from './session.ts'

/** Puts the token on the request. When Graph does not take it, signs in anew and sends once more. */
export const authorise =
  (session: Session): Link =>
  async (call, options, next) => {
    const headers = options.headers as Record<string, string>
    const attempt = async (): Promise<readonly [outcome: Outcome, token: string | undefined]> => {
      let signedIn: SignedIn
      try {
        signedIn = await session.current(call.signal)
      } catch (error) {
        // A sign-in that may work the next time is an attempt like any other.
        if (error instanceof EntrapipeError && error.retryable) return [{ failure: error, sent: false }, undefined]
        throw error
      }
      call.appId = signedIn.claims.appId
      headers['authorization'] = `Bearer ${signedIn.token}`
      return [await next(), signedIn.token]
    }
    const [outcome, token] = await attempt()
    if (token === undefined || isFailure(outcome) || outcome.status !== 401) return outcome
    session.refused(token)
    call.attempts++
    return (await attempt())[0]
  }
