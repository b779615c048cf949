import { isCode } from '../core/errors.ts'
import type { Stop } from '../core/stop.ts'
import { operationPermissions } from '../data/permissions.ts'
import type { TokenClaims } from '../graph/read-token.ts'
import { showsRole } from './outranking.ts'
import { roleDefinitions, roleHolders, type RoleReading } from './role-holders.ts'

/**
 * Why a sign-in may make none of these changes: they need an Entra role, and it holds none, for the directory or a part of it, also not
 * through a group. Undefined too if roles cannot be read. Whether a role is enough, Graph says.
 */
export const missingRole = async (
  reading: RoleReading,
  claims: TokenClaims,
  kinds: readonly string[],
): Promise<Stop | undefined> => {
  const { kind, objectId } = claims
  const found = operationPermissions.find(
    one =>
      kinds.includes(one.kind ?? '') &&
      (one.needsRole === 'everyone' || (one.needsRole === 'people' && kind === 'delegated')),
  )
  if (!found || objectId === '' || showsRole(claims)) return undefined
  if ((await holdsRole(reading, objectId)) !== false) return undefined
  return {
    code: 'NOT_PERMITTED',
    why: `${kind === 'application' ? 'The app' : 'The sign-in'} holds no Entra role, and \`entrapipe ${found.operation}\` requires one besides its permissions.`,
    fix: `Assign one. ${found.note}`,
  }
}

/** Undefined if roles cannot be read. */
const holdsRole = async (reading: RoleReading, id: string): Promise<boolean | undefined> => {
  try {
    const roles = new Map(
      (await roleDefinitions(reading)).map(({ id, displayName = id }) => [id.toLowerCase(), displayName]),
    )
    return (await roleHolders(reading, roles)).some(holder => holder.id.toLowerCase() === id.toLowerCase())
  } catch (error) {
    if (isCode(error, 'NOT_PERMITTED')) return undefined
    throw error
  }
}
