import { randomBytes } from 'node:crypto'

/** What became of the secret of an app: it works, it was removed, or its time is over. */
export type Standing = 'valid' | 'revoked' | 'expired'

/** The secrets of an app registration. */
export interface Secrets {
  readonly list: readonly { readonly value: string; readonly expired: boolean }[]
  /** Changes what became of the valid one. */
  set(standing: Standing): void
}

/** In Entra's format: 40 characters in three parts, the second of which begins with `Q~`. */
export const newSecret = (): string =>
  `${randomBytes(3).toString('hex').slice(0, 3)}8Q~${randomBytes(48).toString('base64url').slice(0, 34)}`

/** A secret that is valid until it is set otherwise, and one that has expired. */
export const createSecrets = (valid: string, over: string = newSecret()): Secrets => {
  let standing: Standing = 'valid'
  return {
    get list() {
      const last = { value: over, expired: true }
      return standing === 'revoked' ? [last] : [{ value: valid, expired: standing === 'expired' }, last]
    },
    set: now => void (standing = now),
  }
}
