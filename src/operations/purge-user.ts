import type { Decision, Looked, Operation } from '../core/operation.ts'
import { idIn, notFound, ofOneDeleted, settleOne } from './objects/one.ts'
import { deletedSeen, liveSeen, valuesOf } from './objects/read.ts'
import { seenAfterLoss } from './replies/verdicts.ts'

/**
 * Deletes users permanently from the recycle bin.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-delete
 */
export const purgeUser: Operation = {
  ...ofOneDeleted('purge-user', 'user'),
  title: 'Purge deleted users',
  lasts: 'A purged user cannot be restored.',
  repeat: () => 'refused',
  irreversible: () => true,
  removal: () => 'delete',
  async look(values, context) {
    const ids = values.map(value => idIn('user', value))
    const binned = await deletedSeen('user', ids, context)
    const others = ids.filter((_, at) => !binned[at])
    const live = new Map((await liveSeen('user', others, ['id'], context)).map((found, at) => [others[at]!, found]))
    return ids.map((id, at): Looked => {
      const deleted = binned[at]
      if (deleted) return { send: valuesOf(deleted, ['displayName', 'userPrincipalName', 'deletedDateTime']) }
      if (!live.get(id)) return notFound('user', id)
      return {
        outcome: 'failed',
        id,
        code: 'USER_LIVE',
        message: 'The user is not deleted. Only deleted users can be purged.',
        fix: 'Delete it first with `entrapipe users delete`.',
      }
    })
  },
  request: ([row]) => ({ method: 'DELETE', url: `/directory/deletedItems/${idIn('user', row!.value)}` }),
  settle: (rows, reply) => settleOne('user', rows, reply),
  async decide(rows, context) {
    const ids = rows.map(({ value }) => idIn('user', value))
    const live = await liveSeen('user', ids, ['id'], context)
    const binned = await deletedSeen('user', ids, context)
    return ids.map((id, at): Decision => {
      if (binned[at]) return 'not-done'
      return live[at] ? { unknown: 'No reply came, and then somebody restored the user.' } : seenAfterLoss(id)
    })
  },
}
