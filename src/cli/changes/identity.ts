import type { TokenClaims } from '../../graph/read-token.ts'

/** The person or the app that signed in. */
export const identityOf = ({ name, appId, objectId }: Pick<TokenClaims, 'name' | 'appId' | 'objectId'>): string =>
  name || objectId || appId
