import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose'
import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { roles, type Caller, type Role } from './caller.ts'
import type { SessionOwner } from './sessions.ts'

/** An app registration of Entra whose tokens a server accepts. */
export interface EntraApp {
  /** Its application id: tokens are for it, or for `api://` with it. */
  readonly clientId: string
  /** Id of the directory that issues the tokens. */
  readonly tenantId: string
  /** @default https://login.microsoftonline.com */
  readonly authority?: string
  /** How long an unknown key is not asked for again. @default a minute */
  readonly keysPauseMs?: number
}

/** Tells who a token is about. */
export interface EntraTokens {
  /** @throws EntrapipeError `NOT_SIGNED_IN`; `SERVER_UNAVAILABLE` while the keys cannot be read */
  owner(token: string): Promise<SessionOwner>
}

/** How a page gets a token for the server. */
export interface EntraSignIn {
  readonly clientId: string
  readonly authorize: string
  readonly token: string
  readonly scope: string
}

const authorityOf = ({ authority = 'https://login.microsoftonline.com', tenantId }: EntraApp): string =>
  `${authority}/${tenantId}`

/**
 * The page is of the same app as the server: such a token is asked for by the plain id of the app.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const entraSignIn = (app: EntraApp): EntraSignIn => ({
  clientId: app.clientId,
  authorize: `${authorityOf(app)}/oauth2/v2.0/authorize`,
  token: `${authorityOf(app)}/oauth2/v2.0/token`,
  scope: `${app.clientId}/.default`,
})

const isRole = (name: unknown): name is Role => roles.includes(name as Role)

const refused = (why: string): EntrapipeError =>
  new EntrapipeError('NOT_SIGNED_IN', `The token of Entra is not accepted: ${why}.`, {
    fix: 'Get a new one for the app registration of this server.',
  })

/** What each error of jose means. Nothing of the token is repeated, so the error itself, which has it, is not kept. */
const whyOf = (error: unknown): string | undefined => {
  if (error instanceof errors.JWTExpired) return 'it has expired'
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'nbf' && error.reason === 'check_failed'
      ? 'it is not valid yet'
      : error.reason === 'missing'
        ? `it has no ${error.claim}`
        : `its ${error.claim} is another one`
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'its key is unknown'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is not valid'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it is not signed with RS256'
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported
  )
    return 'it is malformed'
  return undefined
}

/** App roles say what a person may do, and for which tenants: `tenant:contoso`, or `tenant:all`. */
const callerOf = (payload: JWTPayload, { tenantId }: EntraApp): Caller => {
  if (payload['tid'] !== tenantId) throw refused('it is of another directory')
  const object = payload['oid']
  if (typeof object !== 'string' || object === '') throw refused('it has no oid')
  const given: readonly unknown[] = Array.isArray(payload['roles']) ? payload['roles'] : []
  const own = given.filter(isRole)
  const tenants = given.flatMap(role => (typeof role === 'string' && /^tenant:(.+)$/s.exec(role)?.[1]) || [])
  // A token of an app alone has no scope. `idtyp` says so, where the registration asks for it.
  const isApp = payload['idtyp'] === 'app' || payload['scp'] === undefined
  const name = payload['preferred_username'] ?? payload['name'] ?? payload['azp']
  if (own.length > 0 && tenants.length === 0)
    throw new EntrapipeError('NOT_ALLOWED', 'The token of Entra is for no tenant of this server.', {
      fix: 'Ask an administrator of the app registration for an app role such as tenant:contoso, or tenant:all.',
    })
  return {
    id: `entra:${tenantId}/${object}`,
    name: typeof name === 'string' && name !== '' ? name : object,
    roles: own,
    tenants: tenants.includes('all') ? 'all' : tenants,
    isApp,
  }
}

/**
 * Verifies access tokens of Entra, version 2. A key that is unknown is looked for once a minute at most, so that forged tokens do not
 * make requests.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens
 */
export const entraTokens = (app: EntraApp, clock: Clock): EntraTokens => {
  const authority = authorityOf(app)
  const keys = createRemoteJWKSet(new URL(`${authority}/discovery/v2.0/keys`), {
    cooldownDuration: app.keysPauseMs ?? 60_000,
    cacheMaxAge: 24 * 3_600_000,
  })
  return {
    async owner(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: ['RS256'],
          issuer: `${authority}/v2.0`,
          audience: [app.clientId, `api://${app.clientId}`],
          clockTolerance: 60,
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'nbf', 'tid', 'oid'],
        })
        return { caller: callerOf(payload, app), endsMs: payload.exp! * 1000 }
      } catch (cause) {
        if (cause instanceof EntrapipeError) throw cause
        const why = whyOf(cause)
        if (why !== undefined) throw refused(why)
        throw new EntrapipeError('SERVER_UNAVAILABLE', 'The keys of Entra cannot be read now.', {
          cause,
          fix: 'Try again later.',
        })
      }
    },
  }
}
