import type { Decision, Finding, Looked, Operation, Values } from '../core/operation.ts'
import { idIn, notFound, ofOne, settleOne } from './objects/one.ts'
import { liveSeen, valuesOf } from './objects/read.ts'
import { seenAfterLoss } from './replies/verdicts.ts'

const shown = 'signInSessionsValidFromDateTime'

/** Graph answers as if it had ended their sessions, which are those of another tenant. */
const external = (id: string): Finding => ({
  outcome: 'failed',
  id,
  code: 'EXTERNAL_USER',
  message: 'The user signs in at another tenant, so its sessions cannot be revoked here.',
  fix: 'Disable the user, or ask the other tenant.',
})

/**
 * Ends the sessions of users that began before.
 *
 * @see https://learn.microsoft.com/graph/api/user-revokesigninsessions
 */
export const revokeSessions: Operation = {
  ...ofOne('revoke-sessions', 'user'),
  title: 'Revoke sessions of users',
  lasts: 'Sessions that were ended stay ended: people sign in again.',
  isRepeated: true,
  // A second revocation ends the sessions that began in between, seconds later.
  repeat: () => 'same',
  async look(values, context) {
    const ids = values.map(value => idIn('user', value))
    const seen = await liveSeen('user', ids, [shown, 'externalUserState', ...context.expected], context)
    return ids.map((id, at): Looked => {
      const found = seen[at]
      if (!found) return notFound('user', id)
      if ((found['externalUserState'] ?? null) !== null) return external(id)
      return { send: valuesOf(found, [shown, ...context.expected]) }
    })
  },
  request: ([row]) => ({ method: 'POST', url: `/users/${idIn('user', row!.value)}/revokeSignInSessions`, body: {} }),
  settle: (rows, reply) => settleOne('user', rows, reply),
  async decide(rows, context) {
    const ids = rows.map(({ value }) => idIn('user', value))
    const seen = await liveSeen('user', ids, [shown], context)
    return rows.map(({ before, sinceMs }, at): Decision => {
      const found = seen[at]
      if (!found) return { unknown: 'No reply came, and then the user was deleted.' }
      return hasChangedSince(found, before, sinceMs) ? seenAfterLoss(found.id) : 'not-done'
    })
  },
}

/** Also if somebody else revoked them: the sessions that the row was to end have ended. */
const hasChangedSince = (found: Values, before: Values, sinceMs: number): boolean =>
  found[shown] !== before[shown] && Date.parse(String(found[shown])) >= sinceMs
