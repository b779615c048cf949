import type { Decision, Operation, Values } from '../core/operation.ts'
import { acceptUser, noUser, ofUser, settleUser, userColumn, type OneUser } from './users/one-user.ts'
import { deletedSeen, usersSeen } from './users/read-users.ts'

/** What is read before, for the preview and for a plan. */
const properties = ['displayName', 'userPrincipalName', 'accountEnabled', 'mail', 'userType', 'onPremisesSyncEnabled']

/** Deletes users. They stay in the bin for 30 days. */
export const deleteUser: Operation<OneUser> = {
  kind: 'delete-user',
  title: 'Delete users',
  ...ofUser,
  columns: { names: userColumn },
  accept: acceptUser('delete-user'),
  named: ({ user }) => [{ as: 'user', name: user }],
  repeat: () => 'refused',
  removal: () => 'delete',
  async look(values, context) {
    const ids = values.map(({ user }) => user)
    const live = await usersSeen(ids, [...properties, ...context.expected], context)
    const gone = ids.filter((_, at) => !live[at])
    const binned = new Map((await deletedSeen(gone, context)).map((found, at) => [gone[at]!, found]))
    return ids.map((id, at) => {
      const { id: _, ...found } = live[at] ?? ({} as Values)
      if (live[at]) return { send: found }
      const inBin = binned.get(id)
      return inBin
        ? { outcome: 'unchanged', id, message: `It was deleted on ${String(inBin['deletedDateTime'])}.` }
        : noUser(id)
    })
  },
  request: ([row]) => ({ method: 'DELETE', url: `/users/${row!.value.user}` }),
  settle: ([row], reply) => [settleUser(row!.value.user, reply)],
  async decide(rows, context) {
    const ids = rows.map(({ value }) => value.user)
    const live = await usersSeen(ids, ['id'], context)
    const binned = await deletedSeen(ids, context)
    return rows.map(({ sinceMs }, at): Decision => {
      const id = ids[at]!
      const inBin = binned[at]
      if (inBin) {
        const isOurs = Date.parse(String(inBin['deletedDateTime'])) >= sinceMs
        return isOurs
          ? { outcome: 'done', id, code: 'SeenAfterLostReply' }
          : { outcome: 'unchanged', id, message: `It was deleted on ${String(inBin['deletedDateTime'])}.` }
      }
      return live[at] ? 'not-done' : { unknown: `No reply came, and the user ${id} is neither live nor in the bin.` }
    })
  },
  inverse: ({ user }) => ({ kind: 'restore-user', value: { user } }),
}
