import type { Call } from './call.ts'
import { faults } from './faults.ts'
import { holds } from './permissions.ts'

/**
 * With Application.ReadWrite.OwnedBy, an app changes what its service principal owns.
 *
 * @throws GraphFault 403
 * @see https://learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby
 */
export const demandOwned = (
  { directory, request: { caller } }: Call,
  kind: 'application' | 'servicePrincipal',
  id: string,
): void => {
  if (holds(caller, ['Application.ReadWrite.All'])) return
  const own = { kind: 'servicePrincipal', id: caller.objectId } as const
  const isOwner = !caller.delegated && directory.isRelated(kind, id, 'owners', own)
  if (!isOwner) throw faults.denied()
}
