import type { Call } from './call.ts'
import { faults } from './faults.ts'
import { holds, type Requirement } from './permissions.ts'

/** Permissions that hold for every application, not only for owned ones. */
const everyApp: Requirement = ['Application.ReadWrite.All']

/**
 * With a permission that ends in `.OwnedBy`, an app may only what its service principal owns. An object in the bin keeps its owners.
 *
 * @param wide permissions that hold for every object
 * @throws GraphFault 403
 * @see https://learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby
 */
export const demandOwned = (
  { directory, request: { caller } }: Call,
  kind: 'application' | 'servicePrincipal',
  id: string,
  wide = everyApp,
): void => {
  if (holds(caller, wide)) return
  const own = { kind: 'servicePrincipal', id: caller.objectId } as const
  const isOwner = !caller.delegated && directory.keepsLink({ kind, id }, 'owners', own)
  if (!isOwner) throw faults.denied()
}
