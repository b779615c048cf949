import type { OperationContext } from '../../core/operation.ts'
import { deletedByName } from '../../graph/deleted-names.ts'

/**
 * Ids of deleted users by the user principal name that they still hold, in lower case. The bin is read once for a window. Empty if the
 * sign-in may not read it.
 */
export const holdersInBin = ({ graph, signal, once }: OperationContext): Promise<ReadonlyMap<string, string>> =>
  once('deleted users by name', async () => {
    const found = await deletedByName(graph, 'user', signal)
    return new Map([...found].map(([name, [id]]) => [name, id!]))
  })
