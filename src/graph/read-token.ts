import { EntrapipeError } from '../core/errors.ts'
import { printable } from '../core/printable.ts'

/** Claims of an access token. They are not verified; Graph does that. */
export interface TokenClaims {
  readonly tenantId: string
  readonly appId: string
  /** Id of the person, or of the app's service principal; empty if the token lacks it. */
  readonly objectId: string
  /** User principal name of the person, or name of the app; empty if the token lacks it. */
  readonly name: string
  /** `application`: an app with `roles`. `delegated`: a person with `scopes` and directory roles. */
  readonly kind: 'application' | 'delegated'
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** Template ids of the person's directory roles (`wids`). */
  readonly directoryRoles: readonly string[]
  readonly expiresAtMs: number
}

/** What the token of every app has as its directory role. */
export const ofEveryApp = '0997a1d0-0d1d-4acb-b408-d5ca73121e90'
/** Lets an app do what the person may. */
const asPerson = 'directory.accessasuser.all'

/** All that a token permits, by name; undefined if a directory role may permit more. */
export const permitted = ({ kind, roles, scopes, directoryRoles }: TokenClaims): readonly string[] | undefined => {
  if (kind === 'delegated') return scopes.some(scope => scope.toLowerCase() === asPerson) ? undefined : scopes
  return directoryRoles.some(role => role.toLowerCase() !== ofEveryApp) ? undefined : roles
}

/** The largest time of a JavaScript date, in seconds. */
const lastSecond = 8.64e12

const words = (claim: unknown): string[] =>
  Array.isArray(claim)
    ? claim.filter(word => typeof word === 'string')
    : typeof claim === 'string'
      ? claim.split(' ').filter(word => word !== '')
      : []

const text = (claim: unknown): string => (typeof claim === 'string' ? printable(claim) : '')

/**
 * Reads the claims of an access token.
 *
 * @throws EntrapipeError `SIGN_IN_FAILED` if it is not a JSON web token, or lacks tenant or expiry
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export const readToken = (jwt: string): TokenClaims => {
  const claims = payload(jwt)
  const tenantId = text(claims?.tid)
  const expiresAt = claims?.exp
  if (!claims || tenantId === '' || typeof expiresAt !== 'number' || !(expiresAt > 0 && expiresAt < lastSecond))
    throw new EntrapipeError(
      'SIGN_IN_FAILED',
      'The access token is not a Microsoft Entra token: its tenant (tid) or expiry (exp) is missing.',
      {
        fix: 'Get a token for Microsoft Graph, for example with `az account get-access-token --resource-type ms-graph`.',
      },
    )
  const scopes = words(claims.scp)
  return {
    tenantId,
    appId: text(claims.appid) || text(claims.azp),
    objectId: text(claims.oid),
    name: text(claims.upn) || text(claims.preferred_username) || text(claims.app_displayname),
    kind: scopes.length > 0 && claims.idtyp !== 'app' ? 'delegated' : 'application',
    roles: words(claims.roles),
    scopes,
    directoryRoles: words(claims.wids),
    expiresAtMs: expiresAt * 1000,
  }
}

const payload = (jwt: string): Record<string, unknown> | undefined => {
  const part = jwt.split('.')[1]
  if (part === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined
  } catch (cause) {
    // The caller reports every undecodable token in the same way. The text must not appear in a message.
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}
