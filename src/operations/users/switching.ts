import type { Operation, Values } from '../../core/operation.ts'
import { acceptUser, noUser, ofUser, settleUser, userColumn, type OneUser } from './one-user.ts'
import { usersSeen } from './read-users.ts'
import { onPremisesFinding, premiseProperties } from './premises.ts'

interface Switched extends Values {
  readonly accountEnabled: boolean
}

const words = (isEnabled: boolean): string => (isEnabled ? 'enabled' : 'disabled')

const made = (kind: string, title: string, accountEnabled: boolean): Operation<OneUser, Switched> => ({
  kind,
  title,
  ...ofUser,
  columns: { names: userColumn },
  accept: acceptUser(kind),
  named: ({ user }) => [{ as: 'user', name: user }],
  repeat: () => 'same',
  async look(values, context) {
    const seen = await usersSeen(
      values.map(({ user }) => user),
      ['accountEnabled', ...premiseProperties],
      context,
    )
    return values.map(({ user }, at) => {
      const found = seen[at]
      if (!found) return noUser(user)
      if (found['accountEnabled'] === accountEnabled)
        return { outcome: 'unchanged', id: found.id, message: `It already is ${words(accountEnabled)}.` }
      return onPremisesFinding(['accountEnabled'], found) ?? { send: { accountEnabled: !accountEnabled } }
    })
  },
  ...(accountEnabled ? {} : { removal: () => 'disable' as const }),
  request: ([row]) => ({ method: 'PATCH', url: `/users/${row!.value.user}`, body: { accountEnabled } }),
  settle: ([row], reply) => [settleUser(row!.value.user, reply)],
  async decide(rows, context) {
    const seen = await usersSeen(
      rows.map(({ value }) => value.user),
      ['accountEnabled'],
      context,
    )
    return rows.map(({ value: { user } }, at) => {
      const found = seen[at]
      if (!found) return noUser(user)
      return found['accountEnabled'] === accountEnabled
        ? { outcome: 'done', id: found.id, code: 'SeenAfterLostReply' }
        : 'not-done'
    })
  },
  inverse: ({ user }) => ({
    kind: accountEnabled ? 'disable-user' : 'enable-user',
    value: { user },
    expected: { accountEnabled },
  }),
})

/** Enables or disables the sign-in of users. */
export const switching = (kind: string, title: string, accountEnabled: boolean): Operation =>
  made(kind, title, accountEnabled) as unknown as Operation
