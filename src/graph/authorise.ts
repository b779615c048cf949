import { EntrapipeError } from '../core/errors.ts'
import { repliesIn } from './batch-body.ts'
import { isFailure, type Ended, type Link } from './call.ts'
import type { Session, SignedIn } from './session.ts'

/**
 * Adds the token to the request. If Graph refuses the token, signs in again and retries once. A batch in which only
 * entries are refused for the token is returned as it is, and the next request signs in again.
 */
export const authorise =
  (session: Session): Link =>
  async (call, options, next) => {
    const headers = options.headers as Record<string, string>
    const attempt = async (): Promise<readonly [ended: Ended, token: string | undefined]> => {
      let signedIn: SignedIn
      try {
        signedIn = await session.current(call.signal)
      } catch (error) {
        // A sign-in that may succeed next time is a failed attempt like any other.
        if (error instanceof EntrapipeError && error.retryable) return [{ failure: error, sent: false }, undefined]
        throw error
      }
      call.appId = signedIn.claims.appId
      headers['authorization'] = `Bearer ${signedIn.token}`
      return [await next(), signedIn.token]
    }
    const [ended, token] = await attempt()
    if (token === undefined || isFailure(ended)) return ended
    if (ended.status !== 401) {
      for (const { status } of repliesIn(ended).values()) if (status === 401) session.refused(token)
      return ended
    }
    session.refused(token)
    call.attempts++
    return (await attempt())[0]
  }
