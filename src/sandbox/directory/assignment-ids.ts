import { guidBytes } from './guid-bytes.ts'
import type { AssignmentOf } from './assignment-types.ts'

/** Bytes of GUIDs in base64url, as in the ids of Graph's assignments. */
export const idOfGuids = (...ids: readonly string[]): string => Buffer.concat(ids.map(guidBytes)).toString('base64url')

/**
 * The id of an assignment. That of an app role begins with the principal, as in Microsoft's examples; that of a directory role has the
 * role, the principal and the scope; a schedule has a GUID.
 *
 * @param own a GUID of its own
 */
export const assignmentId = ({ family, principal, of, within }: AssignmentOf, own: string): string => {
  if (family === 'appRoles') return idOfGuids(principal.id, own)
  if (family === 'scopes') return idOfGuids(principal.id, of)
  if (family === 'activeRequests' || family === 'eligibleRequests') return within
  return family === 'eligibleRoles' || (family === 'roles' && within === '/')
    ? own
    : activeRoleId(of, principal.id, within)
}

/** The id of an active directory role. */
export const activeRoleId = (role: string, principal: string, scope: string): string => {
  const unit = scope.split('/').at(-1)!
  return `${idOfGuids(role, principal, ...(unit === '' ? [] : [unit]))}-1`
}
