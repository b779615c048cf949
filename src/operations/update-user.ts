import type { Decision, Operation, Values } from '../core/operation.ts'
import type { Json } from '../core/json.ts'
import { schema } from '../data/graph-types.ts'
import { propertiesOfType } from '../data/properties.ts'
import { writing } from '../data/written-properties.ts'
import { ofUser, noUser, settleUser, userColumn, type OneUser } from './users/one-user.ts'
import { onPremisesFinding, premiseProperties } from './users/premises.ts'
import { differing, isEqual, usersSeen, type UserSeen } from './users/read-users.ts'
import { invalid, textOf } from './values/expect.ts'
import { expectProperty, isReadOnly } from './values/properties.ts'

/** The user, and the properties to change. A read-only property must be equal to that of the directory. */
interface Update extends OneUser {
  readonly properties: Values
  /** Must be equal to that of the directory: the name in a file of ids may be an earlier one. */
  readonly same?: Values
}

const accept = (values: Values): Update => {
  const user = textOf(values, 'user', 'the id or the user principal name of a user')
  const {
    user: _,
    properties: nested,
    same,
    userPrincipalName: current,
    newUserPrincipalName: renamed,
    ...flat
  } = values
  const given: Values = {
    ...flat,
    ...(renamed !== undefined && { userPrincipalName: renamed }),
    ...(nested as Values | undefined),
  }
  const compared = current === undefined ? (same as Values | undefined) : { userPrincipalName: current }
  const properties: Record<string, Json> = {}
  for (const [name, value] of Object.entries(given)) {
    if (name === 'passwordProfile') throw invalid(name, 'An update does not set passwords.', 'Remove the column.')
    if (!isReadOnly('user', name)) expectProperty('user', name, value)
    if (name === 'businessPhones' && Array.isArray(value) && value.length > 1)
      throw invalid(name, 'Graph keeps one business phone, and the row has several.', 'Keep one number.')
    properties[name] = value
  }
  return { user, properties, ...(compared && { same: compared }) }
}

const isComplex = (value: Json | undefined): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Complex properties that are written as a whole are completed from what was read. */
const completed = (wanted: Values, seen: Values): Values =>
  Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => {
      const type = propertiesOfType('user').get(name)?.type ?? ''
      const held = seen[name]
      return [name, isComplex(value) && isComplex(held) && schema.complexTypes[type] ? { ...held, ...value } : value]
    }),
  )

/** The values to send: those that differ, completed. */
const changeOf = ({ properties }: Update, before: Values): Values => {
  const wanted = completed(properties, before)
  return Object.fromEntries(differing(wanted, before).map(name => [name, wanted[name] ?? null]))
}

const readOnlyFault = (names: readonly string[]) => {
  const why = names.flatMap(name => writing.user.elsewhere[name] ?? [])[0]
  return {
    outcome: 'failed' as const,
    code: 'READ_ONLY',
    message: `${names.join(', ')} differs from the directory and is read-only${why === undefined ? '' : `: ${why}`}.`,
    fix: 'Remove the column.',
  }
}

const notSame = (names: readonly string[]) => ({
  outcome: 'failed' as const,
  code: 'READ_ONLY',
  message: `${names.join(', ')} differs from the directory. Beside an id, it is only compared.`,
  fix: 'Remove the column, or write the new name to a column newUserPrincipalName.',
})

const seenOf = (found: UserSeen, names: readonly string[]): Values =>
  Object.fromEntries(names.map(name => [name, found[name] ?? null]))

/** Changes properties of users. Only what differs from the directory is sent. */
export const updateUser: Operation<Update> = {
  kind: 'update-user',
  title: 'Update users',
  ...ofUser,
  columns: { names: userColumn, properties: 'user' },
  accept,
  named: ({ user }) => [{ as: 'user', name: user }],
  repeat: () => 'same',
  async look(values, context) {
    const wanted = values.flatMap(({ properties, same = {} }) => [...Object.keys(properties), ...Object.keys(same)])
    const names = [...new Set([...wanted, ...context.expected])]
    const seen = await usersSeen(
      values.map(({ user }) => user),
      [...names, ...premiseProperties],
      context,
    )
    return values.map((value, at) => {
      const found = seen[at]
      if (!found) return noUser(value.user)
      const others = differing(value.same ?? {}, found)
      if (others.length > 0) return notSame(others)
      const own = [...new Set([...Object.keys(value.properties), ...context.expected])]
      const before = seenOf(found, own)
      const changed = Object.keys(changeOf(value, before))
      const fixed = changed.filter(name => isReadOnly('user', name))
      if (fixed.length > 0) return readOnlyFault(fixed)
      if (changed.length === 0)
        return { outcome: 'unchanged', id: found.id, message: 'The directory has these values already.' }
      return onPremisesFinding(changed, found) ?? { send: before }
    })
  },
  removal(value, before) {
    const change = changeOf(value, before)
    if (change['accountEnabled'] === false) return 'disable'
    return change['userPrincipalName'] === undefined ? undefined : 'rename'
  },
  request: ([row]) => ({
    method: 'PATCH',
    url: `/users/${row!.value.user}`,
    body: changeOf(row!.value, row!.before),
  }),
  settle: ([row], reply) => [settleUser(row!.value.user, reply)],
  async decide(rows, context) {
    const names = [...new Set(rows.flatMap(({ value }) => Object.keys(value.properties)))]
    const seen = await usersSeen(
      rows.map(({ value }) => value.user),
      names,
      context,
    )
    return rows.map(({ value, before }, at): Decision => {
      const found = seen[at]
      if (!found) return noUser(value.user)
      const change = changeOf(value, before)
      const sent = Object.keys(change)
      if (sent.every(name => isEqual(name, change[name], found[name])))
        return { outcome: 'done', id: found.id, code: 'SeenAfterLostReply' }
      if (sent.every(name => isEqual(name, before[name], found[name]))) return 'not-done'
      const other = sent.filter(name => !isEqual(name, change[name], found[name]))
      return {
        unknown: `No reply came, and ${other.join(', ')} has neither the old nor the new value: somebody else changed the user.`,
      }
    })
  },
  inverse(value, before) {
    const change = changeOf(value, before)
    const properties = Object.fromEntries(Object.keys(change).map(name => [name, before[name] ?? null]))
    return { kind: 'update-user', value: { user: value.user, properties }, expected: change }
  },
}
