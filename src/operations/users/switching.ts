import type { Decision, Looked, Operation } from '../../core/operation.ts'
import { idIn, notFound, ofOne, settleOne } from '../objects/one.ts'
import { liveSeen } from '../objects/read.ts'
import { seenAfterLoss } from '../replies/verdicts.ts'
import { masteredOfUser, userMastery } from './mastered.ts'
import { notableProperties, notableUser } from './notable.ts'

/** Enables or disables the accounts of users. */
export const switching = (kind: 'enable-user' | 'disable-user', title: string): Operation => {
  const accountEnabled = kind === 'enable-user'
  return {
    ...ofOne(kind, 'user'),
    title,
    repeat: () => 'never',
    async look(values, context) {
      const ids = values.map(value => idIn('user', value))
      const asked = [
        'accountEnabled',
        ...userMastery,
        ...(accountEnabled ? [] : notableProperties),
        ...context.expected,
      ]
      const seen = await liveSeen('user', ids, asked, context)
      return ids.map((id, at): Looked => {
        const found = seen[at]
        if (!found) return notFound('user', id)
        if (found['accountEnabled'] === accountEnabled)
          return { outcome: 'unchanged', id, message: `Already ${accountEnabled ? 'enabled' : 'disabled'}.` }
        return (
          masteredOfUser(['accountEnabled'], found) ?? {
            send: { accountEnabled: found['accountEnabled'] ?? null },
            notable: accountEnabled ? [] : notableUser(found),
          }
        )
      })
    },
    ...(!accountEnabled && { removal: () => 'disable' as const }),
    request: ([row]) => ({ method: 'PATCH', url: `/users/${idIn('user', row!.value)}`, body: { accountEnabled } }),
    settle: (rows, reply) => settleOne('user', rows, reply),
    async decide(rows, context) {
      const ids = rows.map(({ value }) => idIn('user', value))
      const seen = await liveSeen('user', ids, ['accountEnabled'], context)
      return ids.map((id, at): Decision => {
        const found = seen[at]
        if (!found) return { unknown: 'No reply came, and then the user was deleted.' }
        return found['accountEnabled'] === accountEnabled ? seenAfterLoss(id) : 'not-done'
      })
    },
    inverse: value => ({
      kind: accountEnabled ? 'disable-user' : 'enable-user',
      value: { user: idIn('user', value) },
      expected: { accountEnabled },
    }),
  }
}
