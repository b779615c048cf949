import type { Decision, Operation } from '../core/operation.ts'
import { acceptUser, deletedColumn, noUser, ofUser, settleUser, type OneUser } from './users/one-user.ts'
import { deletedSeen, usersSeen } from './users/read-users.ts'

/** Restores deleted users from the bin. */
export const restoreUser: Operation<OneUser> = {
  kind: 'restore-user',
  title: 'Restore users',
  ...ofUser,
  columns: { names: deletedColumn },
  accept: acceptUser('restore-user'),
  named: ({ user }) => [{ as: 'deleted', name: user }],
  repeat: () => 'refused',
  async look(values, context) {
    const ids = values.map(({ user }) => user)
    const binned = await deletedSeen(ids, context)
    const others = ids.filter((_, at) => !binned[at])
    const live = new Map((await usersSeen(others, ['id'], context)).map((found, at) => [others[at]!, found]))
    return ids.map((id, at) => {
      const { id: _, ...found } = binned[at] ?? { id }
      if (binned[at]) return { send: found }
      return live.get(id) ? { outcome: 'unchanged', id, message: 'It is not deleted.' } : noUser(id)
    })
  },
  request: ([row]) => ({ method: 'POST', url: `/directory/deletedItems/${row!.value.user}/restore` }),
  settle: ([row], reply) => [settleUser(row!.value.user, reply)],
  async decide(rows, context) {
    const ids = rows.map(({ value }) => value.user)
    const live = await usersSeen(ids, ['id'], context)
    const binned = await deletedSeen(ids, context)
    return rows.map((_, at): Decision => {
      const id = ids[at]!
      if (live[at]) return { outcome: 'done', id, code: 'SeenAfterLostReply' }
      return binned[at] ? 'not-done' : { unknown: `No reply came, and the user ${id} is neither live nor in the bin.` }
    })
  },
  inverse: ({ user }) => ({ kind: 'delete-user', value: { user } }),
}
