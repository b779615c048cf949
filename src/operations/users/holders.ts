import type { OperationContext } from '../../core/operation.ts'
import { isCode } from '../../core/errors.ts'
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

/** In the bin, the id without hyphens stands before the name. */
const nameOf = ({ id, userPrincipalName }: Seen): string => {
  const name = String(userPrincipalName).toLowerCase()
  const prefix = id.replaceAll('-', '').toLowerCase()
  return name.startsWith(prefix) ? name.slice(prefix.length) : name
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
        for (const user of values) holders.set(nameOf(user), user.id)
    } catch (error) {
      if (!isCode(error, 'NOT_PERMITTED')) throw error
    }
    return holders
  })
