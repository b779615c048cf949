import type { Decision, Looked, Operation, Values } from '../core/operation.ts'
import { idIn, nameIn, notFound, ofOne, settleOne } from './objects/one.ts'
import { liveSeen, valuesOf } from './objects/read.ts'
import { isDenied, refused } from './replies/refused.ts'
import { seenAfterLoss } from './replies/verdicts.ts'
import { isExternal, passwordElsewhere } from './users/external.ts'
import { expectPassword, isMade, madeCredential, makesPassword, profileIn } from './users/initial-password.ts'
import { masteredOfUser, userMastery } from './users/mastered.ts'
import { expectOnly, invalid } from './values/expect.ts'

const shown = 'lastPasswordChangeDateTime'
const mustChange = 'forceChangePasswordNextSignIn'
const common = ofOne('reset-password', 'user')

const mustChangeIn = (values: Values, profile: Values): boolean => {
  const value = values[mustChange] ?? profile[mustChange] ?? true
  if (typeof value === 'boolean') return value
  throw invalid(mustChange, `Expected ${mustChange} to be true or false.`, 'Correct the value.')
}

/** How long after it was sent a request may still be performed. */
const longestMs = 300_000

const named = [shown, 'displayName', 'userPrincipalName']

/**
 * Gives users another password, which they must change at the next sign-in unless the row says otherwise.
 *
 * @see https://learn.microsoft.com/graph/api/user-update#example-3-update-the-passwordprofile-of-a-user-to-reset-their-password
 */
export const resetPassword: Operation = {
  ...common,
  title: 'Reset passwords of users',
  lasts: 'The old password is lost, so it cannot be set again.',
  columns: {
    ...common.columns,
    options: {
      passwordProfile: { type: 'String', captions: ['password', 'newPassword', 'initialPassword'] },
      [mustChange]: { type: 'Boolean' },
    },
    required: ['passwordProfile'],
  },
  secrets: ['passwordProfile'],
  isRepeated: true,
  takesOver: true,
  credentials: { made: isMade, of: madeCredential },
  accept(values, draw) {
    expectOnly(values, ['user', 'passwordProfile', makesPassword, mustChange], 'reset-password')
    const user = nameIn('user', values)
    const { [mustChange]: inProfile, ...profile } = expectPassword(profileIn(values, [user], draw), 'new password')
    return {
      user,
      passwordProfile: profile,
      [mustChange]: mustChangeIn(values, { [mustChange]: inProfile ?? null }),
      ...(isMade(values) && { [makesPassword]: true }),
    }
  },
  withoutDrawn(value) {
    const { passwordProfile: _, ...others } = value
    return isMade(value) ? others : value
  },
  // A blind repeat would replace a password that the user has chosen since.
  repeat: () => 'never',
  touches: value => [idIn('user', value).toLowerCase()],
  async look(values, context) {
    const ids = values.map(value => idIn('user', value))
    const asked = [...named, 'externalUserState', ...userMastery, ...context.expected]
    const seen = await liveSeen('user', ids, asked, context)
    return ids.map((id, at): Looked => {
      const found = seen[at]
      if (!found) return notFound('user', id)
      if (isExternal(found)) return passwordElsewhere(id)
      return masteredOfUser(['passwordProfile'], found) ?? { send: valuesOf(found, [...named, ...context.expected]) }
    })
  },
  request([row]) {
    const { user, passwordProfile, [mustChange]: must } = row!.value
    const profile = { ...(passwordProfile as Values), [mustChange]: must! }
    return { method: 'PATCH', url: `/users/${String(user)}`, body: { passwordProfile: profile } }
  },
  settle: (rows, reply) => (isDenied(reply) ? [{ ...refused(reply), fix: deniedFix }] : settleOne('user', rows, reply)),
  async decide(rows, context) {
    const seen = await liveSeen(
      'user',
      rows.map(({ value }) => idIn('user', value)),
      [shown],
      context,
    )
    return rows.map(({ before, sinceMs, untilMs = Infinity, contested }, at): Decision => {
      const found = seen[at]
      if (!found) return { unknown: 'No reply came, and then the user was deleted.' }
      const changedMs = Date.parse(String(found[shown]))
      if (found[shown] === before[shown] || !(changedMs >= sinceMs)) return 'not-done'
      if (contested || changedMs > untilMs + longestMs)
        return {
          unknown: `No reply came, and the password was changed on ${String(found[shown])}: perhaps by somebody else after the request.`,
        }
      return { ...seenAfterLoss(found.id), message: changedAt(found) }
    })
  },
}

const changedAt = (user: Values): string =>
  `The reply was lost. The password was changed on ${String(user[shown])}, after the request was sent.`

const deniedFix =
  'An app needs User-PasswordProfile.ReadWrite.All and the Entra role User Administrator; for holders of higher roles, Privileged Authentication Administrator.'
