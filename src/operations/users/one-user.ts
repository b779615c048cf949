import type { GraphReply } from '../../core/graph.ts'
import type { Finding, Values, Verdict } from '../../core/operation.ts'
import { isBusy, isDone, isMissing, refused } from '../replies/refused.ts'
import { expectOnly, textOf } from '../values/expect.ts'

/** A user that a row names. */
export interface OneUser extends Values {
  readonly user: string
}

/** Columns with the name of a user. */
export const userColumn = {
  user: {
    as: 'user' as const,
    captions: ['userprincipalname', 'upn', 'id', 'objectid', 'user', 'mail'],
    about: 'the user: id, user principal name or mail',
  },
}

/** Columns with the id of a deleted user. */
export const deletedColumn = {
  user: { as: 'deleted' as const, captions: ['objectid', 'id', 'user'], about: 'the id of the deleted user' },
}

/** Accepts a row that only names a user. */
export const acceptUser =
  (kind: string) =>
  (values: Values): OneUser => {
    expectOnly(values, ['user'], kind)
    return { user: textOf(values, 'user', 'the id or the user principal name of a user') }
  }

/** What operations on one existing user have in common. */
export const ofUser = {
  changes: 'user' as const,
  resolved: <V extends OneUser>(value: V, [user]: readonly string[]): V => ({ ...value, user: user! }),
  about: ({ user }: OneUser): string => `user ${user}`.toLowerCase(),
  locks: ({ user }: OneUser): readonly string[] => [user.toLowerCase()],
}

/** No live or deleted user has this id. */
export const noUser = (user: string): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No user has the id ${user}.`,
  fix: 'Correct the id: the user may have been purged.',
})

/** The verdict of a request about one user. */
export const settleUser = (user: string, reply: GraphReply): Verdict => {
  if (isDone(reply)) return { outcome: 'done', id: user }
  if (isBusy(reply)) return 'apart'
  return isMissing(reply) ? 'later' : refused(reply)
}
