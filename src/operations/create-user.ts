import type { Decision, Looked, Operation, Values } from '../core/operation.ts'
import type { Json } from '../core/json.ts'
import { isBusy, isDone, refused } from './replies/refused.ts'
import { differing, holdersInBin, usersSeen, type UserSeen } from './users/read-users.ts'
import { invalid, textOf } from './values/expect.ts'
import { expectWritable } from './values/properties.ts'

type NewUser = Values & { readonly userPrincipalName: string }

const upnForm = /^[a-z0-9'._!#^~-]{1,64}@[a-z0-9.-]+$/i

/** Characters of a mail nickname that the local part of a user principal name may have, too. */
const nicknameOf = (upn: string): string => upn.slice(0, upn.indexOf('@')).replace(/[^A-Za-z0-9'._!#^~-]/g, '')

const passwordOf = (values: Values): Json => {
  const profile = values['passwordProfile']
  const isProfile = typeof profile === 'object' && profile !== null && !Array.isArray(profile)
  const password = isProfile ? (profile as Values)['password'] : profile
  if (typeof password !== 'string' || password === '')
    throw invalid('passwordProfile', 'The row has no initial password.', 'Add a column with the initial password.')
  if (password.trim() !== password)
    throw invalid('passwordProfile', 'The initial password begins or ends with a blank.', 'Remove the blank.')
  return { forceChangePasswordNextSignIn: true, ...(isProfile ? (profile as Values) : {}), password }
}

const accept = (values: Values): NewUser => {
  const userPrincipalName = textOf(values, 'userPrincipalName', 'the name with which the user signs in')
  if (!upnForm.test(userPrincipalName))
    throw invalid(
      'userPrincipalName',
      `"${userPrincipalName}" is not a user principal name.`,
      'Write it as name@domain.',
    )
  const user = {
    accountEnabled: true,
    mailNickname: nicknameOf(userPrincipalName),
    ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)),
    userPrincipalName,
    displayName: textOf(values, 'displayName', 'the name of the user'),
    passwordProfile: passwordOf(values),
  }
  expectWritable('user', user)
  return user
}

/** What can be compared: nobody can read a password. */
const comparable = ({ passwordProfile: _, ...values }: Values): Values => values

const exists = (user: UserSeen, values: NewUser): Looked => {
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

const inBin = (user: UserSeen, { userPrincipalName }: NewUser): Looked => ({
  outcome: 'failed',
  id: user.id,
  code: 'USER_DELETED',
  message: `A deleted user still holds the name ${userPrincipalName}.`,
  fix: `Restore it with \`entrapipe users restore\` (object id ${user.id}), or purge it.`,
})

/** Creates users. A lost reply is decided by the user of that name. */
export const createUser: Operation<NewUser> = {
  kind: 'create-user',
  title: 'Create users',
  changes: 'user',
  columns: { names: {}, properties: 'user', required: ['userPrincipalName', 'displayName', 'passwordProfile'] },
  secrets: ['passwordProfile'],
  accept,
  about: ({ userPrincipalName }) => `user ${userPrincipalName}`.toLowerCase(),
  locks: ({ userPrincipalName }) => [userPrincipalName.toLowerCase()],
  repeat: () => 'refused',
  async look(values, context) {
    const names = values.map(({ userPrincipalName }) => userPrincipalName)
    const properties = [...new Set(values.flatMap(value => Object.keys(comparable(value))))]
    const live = await usersSeen(names, properties, context)
    const free = names.filter((_, at) => !live[at])
    const binned = await holdersInBin(free, context)
    const holders = new Map(free.map((name, at) => [name, binned[at]]))
    return values.map((value, at) => {
      const user = live[at]
      if (user) return exists(user, value)
      const holder = holders.get(value.userPrincipalName)
      return holder ? inBin(holder, value) : { send: { existed: false } }
    })
  },
  request: ([row]) => ({ method: 'POST', url: '/users', body: row!.value }),
  settle: ([_row], reply) => {
    const id = (reply.body as Partial<UserSeen> | undefined)?.id
    if (isDone(reply)) return [id === undefined ? 'undecided' : { outcome: 'done', id }]
    return [isBusy(reply) ? 'apart' : refused(reply)]
  },
  async decide(rows, context) {
    const properties = [...new Set(rows.flatMap(({ value }) => Object.keys(comparable(value)))), 'createdDateTime']
    const live = await usersSeen(
      rows.map(({ value }) => value.userPrincipalName),
      properties,
      context,
    )
    return rows.map(({ value, sinceMs }, at): Decision => {
      const user = live[at]
      if (!user) return 'not-done'
      const createdMs = Date.parse(String(user['createdDateTime']))
      if (createdMs < sinceMs)
        return { ...(exists(user, value) as object), outcome: 'failed', code: 'USER_EXISTS' } as Decision
      const others = differing(comparable(value), user)
      if (others.length === 0) return { outcome: 'done', id: user.id, code: 'AdoptedAfterLostReply' }
      return {
        unknown: `No reply came, and ${value.userPrincipalName} now exists with other values of ${others.join(', ')}: somebody else may have created it, or changed it.`,
      }
    })
  },
  inverse: (value, _before, id) =>
    id === undefined ? undefined : { kind: 'delete-user', value: { user: id }, expected: comparable(value) },
}
