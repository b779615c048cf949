import { isCode } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { GroupName } from '../../licensing/decisions/held.ts'
import type { UserLicences } from '../../licensing/user-licences.ts'
import { readByIds, type Seen } from '../objects/read-each.ts'

/** Names of the groups through which users have these products; the id of one that may not be read. */
export const groupNames = async (
  users: readonly (UserLicences | undefined)[],
  skus: ReadonlySet<string>,
  context: OperationContext,
): Promise<GroupName> => {
  const ids = users.flatMap(user =>
    [...(user?.inherited ?? [])].flatMap(([sku, all]) => (skus.has(sku) ? all.map(({ group }) => group) : [])),
  )
  try {
    const groups = ids.length > 0 ? await readByIds('/groups', 'id,displayName', ids, context) : new Map<string, Seen>()
    return id => String(groups.get(id)?.['displayName'] ?? id)
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
    return id => id
  }
}
