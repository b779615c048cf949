import type { Decision, Finding, Looked, Operation } from '../core/operation.ts'
import { liveSeen } from './objects/read.ts'
import type { Seen } from './objects/read-each.ts'
import { differing, isSame } from './properties/same.ts'
import { isBusy, isConflict, isDone, refused } from './replies/refused.ts'
import { closedDomain, domainsOfDirectory } from './users/domains.ts'
import { holdersInBin } from './users/holders.ts'
import { isHandedOut, isMade, isWithheld, madeCredential } from './users/initial-password.ts'
import { notUnique } from './users/unique.ts'
import { comparable, newUser, sentUser, type NewUser } from './users/new-user.ts'

const held = (user: Seen, values: NewUser): Finding => {
  const others = differing(comparable(values), user)
  const name = values.userPrincipalName
  if (others.length === 0)
    return { outcome: 'unchanged', id: user.id, message: `${name} already exists with these values.` }
  return {
    outcome: 'failed',
    id: user.id,
    code: 'USER_EXISTS',
    message: `${name} already exists, with other values of ${others.join(', ')}.`,
    fix: 'Choose another user principal name, or change the user with `entrapipe users update`.',
  }
}

const inBin = (id: string, { userPrincipalName }: NewUser): Finding => ({
  outcome: 'failed',
  id,
  code: 'USER_DELETED',
  message: `A deleted user holds the name ${userPrincipalName}.`,
  fix: `Restore it with \`entrapipe users restore\`, or purge it with \`entrapipe users purge\`: its id is ${id}.`,
})

const namesOf = (values: readonly NewUser[]): readonly string[] => [
  ...new Set(values.flatMap(value => Object.keys(comparable(value)))),
]

/** After so many attempts that left nothing, the directory contradicts itself. */
const mostAttempts = 10

/**
 * Creates users. A lost reply is decided by the user who has the name, its values, and when it was created.
 *
 * @see https://learn.microsoft.com/graph/api/user-post-users
 */
export const createUser: Operation<NewUser> = {
  kind: 'create-user',
  title: 'Create users',
  changes: 'user',
  columns: { names: {}, properties: 'user', required: ['userPrincipalName', 'displayName', 'passwordProfile'] },
  secrets: ['passwordProfile'],
  credentials: { made: isHandedOut, of: value => madeCredential(value, value), isWithheld },
  accept: newUser,
  withoutDrawn: value => (isMade(value) ? comparable(value) : value),
  about: ({ userPrincipalName }) => `user ${userPrincipalName}`.toLowerCase(),
  locks: ({ userPrincipalName }) => [userPrincipalName.toLowerCase()],
  isSame,
  repeat: () => 'refused',
  async look(values, context) {
    const live = await liveSeen(
      'user',
      values.map(({ userPrincipalName }) => userPrincipalName),
      namesOf(values),
      context,
    )
    const isFree = live.some(user => user === undefined)
    const deleted = isFree ? await holdersInBin(context) : new Map<string, string>()
    const domains = isFree ? await domainsOfDirectory(context) : new Map<string, string>()
    const found = values.map((value, at): Finding | undefined => {
      if (live[at]) return held(live[at], value)
      const holder = deleted.get(value.userPrincipalName.toLowerCase())
      return holder === undefined
        ? closedDomain(value.userPrincipalName, String(value['onPremisesImmutableId'] ?? ''), domains)
        : inBin(holder, value)
    })
    const taken = await notUnique(
      values.filter((_, at) => !found[at]),
      context,
    )
    return values.map((value, at): Looked => found[at] ?? taken.get(value) ?? { send: { existed: false } })
  },
  request: ([row]) => ({ method: 'POST', url: '/users', body: sentUser(row!.value) }),
  settle([row], reply) {
    const id = (reply.body as Partial<Seen> | undefined)?.id
    if (isDone(reply)) return [id === undefined ? 'undecided' : { outcome: 'done', id }]
    if (isBusy(reply)) return ['apart']
    // The name is taken: by an attempt whose reply was lost, or by somebody else. The next look tells.
    if (isConflict(reply, 'userPrincipalName')) return [row!.lost ? 'undecided' : 'later']
    return [refused(reply)]
  },
  async decide(rows, context) {
    const values = rows.map(({ value }) => value)
    const live = await liveSeen(
      'user',
      values.map(({ userPrincipalName }) => userPrincipalName),
      [...namesOf(values), 'createdDateTime'],
      context,
    )
    const deleted = live.includes(undefined) ? await holdersInBin(context) : new Map<string, string>()
    return rows.map(({ value, sinceMs, attempts }, at): Decision => {
      const name = value.userPrincipalName
      const user = live[at]
      if (!user) {
        const holder = deleted.get(name.toLowerCase())
        // The bin had nobody of this name when the row was looked at.
        if (holder !== undefined)
          return { unknown: `No reply came, and then the user ${holder}, who has the name ${name}, was deleted.` }
        return attempts < mostAttempts ? 'not-done' : { unknown: `No reply came, and nobody is called ${name}.` }
      }
      const createdMs = Date.parse(String(user['createdDateTime']))
      const others = differing(comparable(value), user)
      if (createdMs < sinceMs)
        return {
          outcome: 'failed',
          id: user.id,
          code: 'USER_EXISTS',
          message: `${name} was created by somebody else, on ${String(user['createdDateTime'])}.`,
          fix: 'Compare the user with the row, and change it with `entrapipe users update`.',
        }
      if (others.length === 0 && createdMs >= sinceMs)
        return {
          outcome: 'done',
          id: user.id,
          code: 'AdoptedAfterLostReply',
          message: 'The reply was lost. The user exists with the values that were sent.',
        }
      return {
        unknown:
          others.length === 0
            ? `No reply came, and the directory does not say when ${name} was created.`
            : `No reply came, and ${name} exists with other values of ${others.join(', ')}: somebody else created or changed it.`,
      }
    })
  },
  inverse: (value, _before, id) =>
    id === undefined ? undefined : { kind: 'delete-user', value: { user: id }, expected: comparable(value) },
}
