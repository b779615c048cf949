import type { Finding } from '../core/operation.ts'
import { isCode } from '../core/errors.ts'
import { once } from '../core/once.ts'
import { ofEveryApp, type TokenClaims } from '../graph/read-token.ts'
import { activeHolders, type RoleReading } from './role-holders.ts'

/** What the token of everybody has who holds no role. */
const ofEveryPerson = 'b79fbf4d-3ef9-4689-8143-76b194e85509'
const ofEveryone: ReadonlySet<string> = new Set([ofEveryApp, ofEveryPerson])

/** Whether a token shows that its owner holds a role; one who does not may still hold one. */
export const showsRole = ({ directoryRoles }: Pick<TokenClaims, 'directoryRoles'>): boolean =>
  directoryRoles.some(role => !ofEveryone.has(role.toLowerCase()))

/**
 * Returns a function that tells why Graph would deny a sensitive action on a user: the user holds a role of the whole directory, and the sign-in holds none. Undefined
 * if roles cannot be read; whether a role is enough, Graph says. Reads at the first call, one listing where nobody holds a role through a group.
 */
export const outranking = (
  reading: RoleReading,
  claims: Pick<TokenClaims, 'kind' | 'objectId' | 'directoryRoles'>,
): ((id: string) => Promise<Finding | undefined>) => {
  const holders = once(async () => {
    if (claims.objectId === '' || showsRole(claims)) return undefined
    try {
      const { everywhere, somewhere } = await activeHolders(reading)
      const own = claims.objectId.toLowerCase()
      return everywhere.has(own) || somewhere.has(own) ? undefined : everywhere
    } catch (error) {
      if (!isCode(error, 'NOT_PERMITTED')) throw error
      return undefined
    }
  })
  return async id => {
    const why = (await holders())?.get(id.toLowerCase())
    if (why === undefined) return undefined
    const who = claims.kind === 'application' ? 'the app' : 'the sign-in'
    return {
      outcome: 'failed',
      id,
      code: 'ROLE_REQUIRED',
      message: `The user ${id} is an administrator: ${why}. Graph lets only a higher role make this change, and ${who} holds none. Nothing was sent.`,
      fix: `Assign ${who} a higher role, such as Privileged Authentication Administrator, or let somebody who has one do it.`,
    }
  }
}
