import type { IncomingHttpHeaders } from 'node:http'
import { EntrapipeError } from '../../core/errors.ts'
import type { Caller } from './caller.ts'
import type { EntraTokens } from './entra.ts'
import { hashOf } from './secrets.ts'
import type { SessionOwner, Sessions } from './sessions.ts'
import { tokenPrefix, type Tokens } from './tokens.ts'

/** Who may sign in to a server, and how. */
export interface SignIns {
  readonly tokens: Pick<Tokens, 'callerOf'>
  readonly sessions: Sessions
  /** The token that `serve` wrote to the state folder for commands, as its hash, and who it stands for. */
  readonly own: { readonly hash: string; readonly caller: Caller }
  readonly entra?: EntraTokens | undefined
  /** Whether requests without a sign-in are those of `own`: on loopback, with nothing but the sandbox. */
  readonly isOpen: boolean
}

/** A caller, and whether a browser may have added the proof of it. */
export interface SignedIn extends SessionOwner {
  readonly by: 'token' | 'cookie' | 'nothing'
}

const refused = (message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('NOT_SIGNED_IN', message, {
    fix: fix ?? 'Make a token with `entrapipe access add`, or open the link that `entrapipe serve` prints.',
  })

/**
 * Finds out who sends a request. A token counts before a cookie.
 *
 * @throws EntrapipeError `NOT_SIGNED_IN`, and what `EntraTokens.owner` throws
 */
export const authenticate = async (
  { authorization }: Pick<IncomingHttpHeaders, 'authorization'>,
  session: string | undefined,
  { tokens, sessions, own, entra, isOpen }: Omit<SignIns, 'sessions'> & { readonly sessions: Pick<Sessions, 'owner'> },
): Promise<SignedIn> => {
  if (authorization !== undefined) {
    const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1]
    if (token === undefined) throw refused('The header Authorization has no bearer token.')
    if (!token.startsWith(tokenPrefix)) {
      if (!entra) throw refused('The token is unknown.')
      return { ...(await entra.owner(token)), by: 'token' }
    }
    const hash = hashOf(token)
    const caller = hash === own.hash ? own.caller : await tokens.callerOf(hash)
    if (!caller) throw refused('The token is unknown, revoked or expired.')
    return { caller, token: hash, by: 'token' }
  }
  if (session !== undefined) {
    const owner = sessions.owner(session)
    if (owner) {
      const { token } = owner
      const caller = token === undefined || token === own.hash ? owner.caller : await tokens.callerOf(token)
      if (caller) return { caller, token, by: 'cookie' }
    }
  }
  if (isOpen) return { caller: own.caller, by: 'nothing' }
  throw refused(session === undefined ? 'The request has no token and no session.' : 'The session is over.')
}
