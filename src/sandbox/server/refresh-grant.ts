import type { Partnership } from '../directory/partnership.ts'
import type { Directory, Entity } from '../directory/types.ts'
import { refusals, type Refusal } from './aadsts.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { App } from './apps.ts'
import { refreshLifetimeMs, type RefreshTokens } from './refresh-tokens.ts'

/** A token of a signed-in person. */
interface PersonGranted {
  readonly accessToken: string
  readonly expiresIn: number
  readonly refreshToken: string
  readonly scope: string
}

/** Redeems refresh tokens in one tenant, once the app has proved who it is. */
export interface RefreshGrant {
  answer(asked: {
    readonly token: string
    /** With its name even if the tenant has not consented to it. */
    readonly app: App
    readonly audience: string
    /** Delegated permissions that the tenant consented to. */
    readonly consented: readonly string[]
    /** Permissions by name; all of them without. */
    readonly wanted: readonly string[] | undefined
  }): Promise<Refusal | PersonGranted>
}

/** The role of a user without any. */
const noRole = 'b79fbf4d-3ef9-4689-8143-76b194e85509'

const rolesAtHome = (home: Directory, user: string): readonly string[] => {
  const found = home.memberOf({ kind: 'user', id: user }, 'truth').flatMap(({ kind, id }) => {
    const role = kind === 'directoryRole' ? home.collection('directoryRole').get(id) : undefined
    return role ? [String(role['roleTemplateId'])] : []
  })
  return found.length > 0 ? found : [noRole]
}

/**
 * Creates the refresh token grant. In the tenant of the user, the token has the user's own roles. In another one, it is given
 * only by delegated administration: while a relationship with this customer is active, with its roles. Unconfirmed: the order
 * in which faults are found, and that the object id is that of the home.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token
 * @see https://learn.microsoft.com/partner-center/developer/enable-secure-app-model
 */
export const createRefreshGrant = (options: {
  /** Where the users of refresh tokens are. */
  readonly home: Directory
  readonly partnership: Partnership | undefined
  readonly refreshTokens: RefreshTokens
  /** The tenant that is signed in to. */
  readonly directory: Directory
  readonly tokens: AccessTokens
}): RefreshGrant => {
  const { home, partnership, refreshTokens, directory, tokens } = options

  const judgeUser = (id: string, issuedAtMs: number): Refusal | Entity => {
    const user = home.collection('user').get(id, 'truth')
    if (!user) return refusals.userUnknown(id, home.tenantId)
    const since = user['signInSessionsValidFromDateTime']
    if (typeof since === 'string' && Date.parse(since) > issuedAtMs) return refusals.grantRevoked(since)
    return user['accountEnabled'] === false ? refusals.userDisabled() : user
  }

  return {
    async answer({ token, app, audience, consented, wanted }) {
      const claims = refreshTokens.read(token)
      if (!claims) return refusals.refreshTokenMalformed()
      if (claims.app !== app.appId) return refusals.grantInvalid()
      if (claims.issuedAtMs + refreshLifetimeMs <= home.now())
        return refusals.grantInactive(new Date(claims.issuedAtMs).toISOString())
      const user = judgeUser(claims.user, claims.issuedAtMs)
      if ('code' in user) return user as unknown as Refusal
      const upn = String(user['userPrincipalName'])
      const isHome = home.tenantId === directory.tenantId
      const wids = isHome ? rolesAtHome(home, user.id) : partnership?.rolesIn(directory.tenantId, user.id)
      const tenantName = String(directory.organization['displayName'])
      if (!wids) return refusals.userForeign(upn, home.tenantId, tenantName, app.appId, app.displayName)
      const scp = wanted ?? consented
      if (scp.length === 0 || scp.some(name => !consented.includes(name)))
        return refusals.consentMissing(app.appId, app.displayName)
      const person = { objectId: user.id, upn, ...(isHome ? {} : { home: home.tenantId }) }
      return {
        accessToken: await tokens.issue({ app, audience, delegated: { ...person, scp, wids } }),
        expiresIn: tokens.lifetimeSeconds,
        refreshToken: refreshTokens.issue({ user: user.id, app: app.appId }),
        scope: scp.map(name => `${audience}/${name}`).join(' '),
      }
    },
  }
}
