import { isCode } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { Seen } from '../objects/read-each.ts'

const link = '/directory/deletedItems/microsoft.graph.group?$select=id,mailNickname,createdDateTime&$top=999'

/**
 * Deleted groups by mail nickname, in lower case. The bin is read once for a window. Empty if the sign-in may not read it.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-list
 */
export const groupsInBin = ({ graph, signal, once }: OperationContext): Promise<ReadonlyMap<string, readonly Seen[]>> =>
  once('deleted groups by mail nickname', async () => {
    const found: Seen[] = []
    try {
      for await (const { values } of graph.pages<Seen>(link, { signal })) found.push(...values)
    } catch (error) {
      if (!isCode(error, 'NOT_PERMITTED')) throw error
    }
    return Map.groupBy(found, ({ mailNickname }) => String(mailNickname).toLowerCase())
  })
