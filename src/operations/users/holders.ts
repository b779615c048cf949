import type { OperationContext } from '../../core/operation.ts'
import { isCode } from '../../core/errors.ts'
import { nameInBin } from '../../graph/deleted-name.ts'
import { readEach, type Seen } from '../objects/read-each.ts'

/** The live users of these user principal names; undefined for a free one. */
export const usersNamed = (
  names: readonly string[],
  properties: readonly string[],
  context: OperationContext,
): Promise<readonly (Seen | undefined)[]> => {
  const select = [...new Set(['id', ...properties])].join(',')
  return readEach(
    names.map(name => `/users/${encodeURIComponent(name)}?$select=${select}`),
    context,
  )
}

/**
 * Ids of deleted users by the user principal name that they still hold, in lower case. The bin is read once for a window. Empty if the
 * sign-in may not read it.
 */
export const holdersInBin = ({ graph, signal, once }: OperationContext): Promise<ReadonlyMap<string, string>> =>
  once('deleted users by name', async () => {
    const holders = new Map<string, string>()
    const link = '/directory/deletedItems/microsoft.graph.user?$select=id,userPrincipalName&$top=999'
    try {
      for await (const { values } of graph.pages<Seen>(link, { signal }))
        for (const user of values) holders.set(nameInBin(user), user.id)
    } catch (error) {
      if (!isCode(error, 'NOT_PERMITTED')) throw error
    }
    return holders
  })
