import type { Decision, Operation } from '../core/operation.ts'
import { acceptUser, deletedColumn, noUser, ofUser, settleUser, type OneUser } from './users/one-user.ts'
import { deletedSeen, usersSeen } from './users/read-users.ts'

/** Deletes users from the bin for good. */
export const purgeUser: Operation<OneUser> = {
  kind: 'purge-user',
  title: 'Purge deleted users',
  ...ofUser,
  columns: { names: deletedColumn },
  irreversible: true,
  accept: acceptUser('purge-user'),
  named: ({ user }) => [{ as: 'deleted', name: user }],
  repeat: () => 'refused',
  removal: () => 'delete',
  async look(values, context) {
    const ids = values.map(({ user }) => user)
    const binned = await deletedSeen(ids, context)
    const others = ids.filter((_, at) => !binned[at])
    const live = new Map((await usersSeen(others, ['id'], context)).map((found, at) => [others[at]!, found]))
    return ids.map((id, at) => {
      const { id: _, ...found } = binned[at] ?? { id }
      if (binned[at]) return { send: found }
      if (!live.get(id)) return noUser(id)
      return {
        outcome: 'failed',
        id,
        code: 'USER_LIVE',
        message: 'The user is not deleted, and only deleted users can be purged.',
        fix: 'Delete it first with `entrapipe users delete`.',
      }
    })
  },
  request: ([row]) => ({ method: 'DELETE', url: `/directory/deletedItems/${row!.value.user}` }),
  settle: ([row], reply) => [settleUser(row!.value.user, reply)],
  async decide(rows, context) {
    const ids = rows.map(({ value }) => value.user)
    const live = await usersSeen(ids, ['id'], context)
    const binned = await deletedSeen(ids, context)
    return rows.map((_, at): Decision => {
      const id = ids[at]!
      if (binned[at]) return 'not-done'
      return live[at]
        ? { outcome: 'failed', id, code: 'USER_LIVE', message: 'Somebody restored the user meanwhile.' }
        : { outcome: 'done', id, code: 'SeenAfterLostReply' }
    })
  },
}
