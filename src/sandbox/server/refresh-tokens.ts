import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'

/** Whom a refresh token is for. */
interface RefreshClaims {
  /** Id of the user, in the directory of its home. */
  readonly user: string
  readonly app: string
  readonly issuedAtMs: number
}

/** Refresh tokens. As in Entra, one is neither tied to a tenant nor revoked when another one is issued for it. */
export interface RefreshTokens {
  issue(claims: Omit<RefreshClaims, 'issuedAtMs'>): string
  /** Undefined for a text that is none. */
  read(token: string): RefreshClaims | undefined
}

/** How long one is valid. @see https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime */
export const refreshLifetimeMs = 90 * 86_400_000

/** @param key signs them: the same key reads them after a restart */
export const createRefreshTokens = (key: string, now: () => number): RefreshTokens => {
  const signed = (body: string): string => createHmac('sha256', key).update(body).digest('base64url')
  return {
    issue(claims) {
      const body = Buffer.from(JSON.stringify({ ...claims, issuedAtMs: now(), id: randomUUID() })).toString('base64url')
      return `1.${body}.${signed(body)}`
    },
    read(token) {
      const [, body = '', signature = ''] = /^1\.([\w-]+)\.([\w-]+)$/.exec(token) ?? []
      const [left, right] = [Buffer.from(signature), Buffer.from(signed(body))]
      if (left.length !== right.length || !timingSafeEqual(left, right)) return undefined
      return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as RefreshClaims
    },
  }
}
