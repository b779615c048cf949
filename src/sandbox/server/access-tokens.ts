import { createPublicKey, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { compactVerify, exportJWK, exportPKCS8, generateKeyPair, importPKCS8, SignJWT, type JWK } from 'jose'
import type { Clock } from '../../core/clock.ts'
import { GraphFault, type Caller } from '../protocol.ts'
import type { App } from './apps.ts'
import { keptText } from './private-files.ts'

interface Person {
  readonly objectId: string
  readonly upn?: string
  /** Tenant of the person, if it is another one. */
  readonly home?: string
}

interface Grant {
  readonly app: App
  readonly audience: string
  readonly roles?: readonly string[]
  /** Makes this a delegated token of a signed-in user. */
  readonly delegated?: Person & { readonly scp: readonly string[]; readonly wids?: readonly string[] }
  readonly lifetimeSeconds?: number
  /** `1` for a secret, `2` for a certificate. */
  readonly credential?: '1' | '2'
}

/** Access tokens of one tenant. */
export interface AccessTokens {
  readonly lifetimeSeconds: number
  readonly jwks: { readonly keys: readonly JWK[] }
  issue(grant: Grant): Promise<string>
  /** Returns the caller that a token identifies. @throws GraphFault 401 `InvalidAuthenticationToken` */
  caller(authorization: string | undefined, origin: string): Promise<Caller>
  /** Revokes the token in this header. Tokens issued later are valid. */
  revoke(authorization: string | undefined): void
  /** Revokes all tokens issued so far. */
  revokeAll(): void
  readonly issued: number
}

/** Microsoft Graph's application id, the same in every tenant. It is the audience of tokens. */
export const graphAppId = '00000003-0000-0000-c000-000000000000'

/** Resources that tokens are issued and accepted for: Graph in every cloud, by URL or by id. */
export const graphAudiences: ReadonlySet<string> = new Set([
  graphAppId,
  ...['graph.microsoft.com', 'graph.microsoft.us', 'dod-graph.microsoft.us', 'microsoftgraph.chinacloudapi.cn'].flatMap(
    host => [`https://${host}`, `https://${host}/`],
  ),
])

type Claims = {
  readonly caller: Caller
  readonly notBefore: number
  readonly expires: number
  readonly serial: number
  readonly uti: string
}

const bearer = (authorization: string | undefined): string | undefined =>
  /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1]

const signingKey = async (stateDir: string) => {
  const pem = await keptText(join(stateDir, 'token-key.pem'), async () =>
    exportPKCS8((await generateKeyPair('RS256', { extractable: true })).privateKey),
  )
  return { privateKey: await importPKCS8(pem, 'RS256'), publicKey: createPublicKey(pem) }
}

/**
 * Issues and verifies access tokens in Entra's format (v1 claims, RS256). The signing key is kept in the state folder: a
 * restarted sandbox accepts tokens that it issued before.
 */
export const createAccessTokens = async (options: {
  readonly stateDir: string
  readonly tenantId: string
  readonly clock: Clock
  /** @default 3599 */
  readonly lifetimeSeconds?: number
  /** Roles in an app's tokens. @default the roles it is registered with */
  readonly rolesOf?: (app: App) => readonly string[]
}): Promise<AccessTokens> => {
  const { tenantId, clock } = options
  const lifetimeSeconds = options.lifetimeSeconds ?? 3_599
  const { privateKey, publicKey } = await signingKey(options.stateDir)
  const jwk = { ...(await exportJWK(publicKey)), kid: 'sandbox', use: 'sig', alg: 'RS256' }
  const known = new Map<string, Claims>()
  const revoked = new Set<string>()
  let issued = 0
  let serial = 0
  let goodFrom = 0

  const refuse = (message: string, origin: string) =>
    new GraphFault(401, 'InvalidAuthenticationToken', message, {
      headers: {
        'WWW-Authenticate': `Bearer realm="", authorization_uri="${origin}/common/oauth2/authorize", client_id="${graphAppId}"`,
      },
    })

  const read = async (token: string, origin: string): Promise<Claims> => {
    if (token.split('.').length !== 3) throw refuse('IDX14100: JWT is not well formed, there are no dots (.).', origin)
    const verified = await compactVerify(token, publicKey, { algorithms: ['RS256'] }).catch((error: Error) => error)
    if (verified instanceof Error) throw refuse('Access token validation failure. Invalid signature.', origin)
    const claims = JSON.parse(Buffer.from(verified.payload).toString('utf8'))
    if (!graphAudiences.has(claims.aud) && claims.aud !== origin)
      throw refuse('Access token validation failure. Invalid audience.', origin)
    if (claims.tid !== tenantId) throw refuse('Access token validation failure. Invalid issuer.', origin)
    return {
      caller: {
        appId: claims.appid,
        objectId: claims.oid,
        permissions: new Set(claims.scp ? String(claims.scp).split(' ') : (claims.roles ?? [])),
        delegated: claims.scp !== undefined,
        ...(claims.scp !== undefined && claims.idp !== claims.iss ? { foreignRoles: claims.wids ?? [] } : {}),
      },
      notBefore: claims.nbf * 1000,
      expires: claims.exp * 1000,
      serial: claims.xms_serial,
      uti: claims.uti,
    }
  }

  return {
    lifetimeSeconds,
    jwks: { keys: [jwk] },
    get issued() {
      return issued
    },
    async issue({ app, audience, delegated, ...grant }) {
      const now = Math.floor(clock.now() / 1000)
      const roles = grant.roles ?? options.rolesOf?.(app) ?? app.roles
      issued++
      serial = Math.max(serial + 1, clock.now() * 1000)
      return new SignJWT({
        app_displayname: app.displayName,
        appid: app.appId,
        appidacr: grant.credential ?? '1',
        idp: `https://sts.windows.net/${delegated?.home ?? tenantId}/`,
        idtyp: delegated ? 'user' : 'app',
        oid: delegated?.objectId ?? app.objectId,
        ...(delegated
          ? { scp: delegated.scp.join(' '), wids: delegated.wids ?? ['b79fbf4d-3ef9-4689-8143-76b194e85509'] }
          : roles.length
            ? { roles }
            : {}),
        tid: tenantId,
        ...(delegated?.upn === undefined ? {} : { upn: delegated.upn, unique_name: delegated.upn }),
        uti: randomUUID(),
        ver: '1.0',
        xms_serial: serial,
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'sandbox', x5t: 'sandbox' })
        .setAudience(audience)
        .setIssuer(`https://sts.windows.net/${tenantId}/`)
        .setSubject(delegated?.objectId ?? app.objectId)
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + (grant.lifetimeSeconds ?? lifetimeSeconds))
        .sign(privateKey)
    },
    async caller(authorization, origin) {
      const token = bearer(authorization)
      if (!token) throw refuse('Access token is empty.', origin)
      const claims = known.get(token) ?? (await read(token, origin))
      if (known.size > 1_000) known.clear()
      known.set(token, claims)
      if (claims.expires <= clock.now() || claims.serial < goodFrom || revoked.has(claims.uti))
        throw refuse('Lifetime validation failed, the token is expired.', origin)
      // Entra tolerates clocks that are up to five minutes behind.
      if (claims.notBefore > clock.now() + 300_000)
        throw refuse('Lifetime validation failed, the token is not yet valid.', origin)
      return claims.caller
    },
    revoke(authorization) {
      const claims = known.get(bearer(authorization) ?? '')
      if (claims) revoked.add(claims.uti)
    },
    revokeAll: () => void (goodFrom = Math.max(serial + 1, clock.now() * 1000)),
  }
}
