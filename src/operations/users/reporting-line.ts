import type { Json } from '../../core/json.ts'
import type { Decision, Finding, Looked, Operation, OperationContext, Values } from '../../core/operation.ts'
import { idIn, nameIn, notFound, ofOne, settleOne } from '../objects/one.ts'
import { liveSeen, valuesOf } from '../objects/read.ts'
import { readEach } from '../objects/read-each.ts'
import { madeByWhom } from '../replies/verdicts.ts'
import { expectOnly, invalid, textOf } from '../values/expect.ts'
import { masteredOfUser, userMastery } from './mastered.ts'

const captions = [
  ...['managerId', 'managerUserPrincipalName', 'managerUpn', 'managerMail', 'managerEmail'],
  ...['newManager', 'supervisor'],
]
/** Columns whose cells are looked up by another property than the usual names. */
const keyed = { managerEmployeeId: 'employeeId' }

/** The wanted manager: an id; null to have none. */
const wantedIn = (value: Values): Json => value['manager'] ?? null

/** Ids of the managers of users; null without one. */
const managersOf = async (ids: readonly string[], context: OperationContext): Promise<readonly (string | null)[]> => {
  const found = await readEach(
    ids.map(id => `/users/${id}/manager?$select=id`),
    context,
  )
  return found.map(manager => manager?.id ?? null)
}

const isOwn = (value: Values): boolean => String(wantedIn(value)).toLowerCase() === idIn('user', value).toLowerCase()

const ownManager = (id: string): Finding => ({
  outcome: 'failed',
  id,
  code: 'OWN_MANAGER',
  message: 'The row makes the user its own manager.',
  fix: 'Name another manager.',
})

/** The change of a link that each user has once. */
export const settingManager = (kind: 'set-manager' | 'clear-manager', title: string): Operation => {
  const sets = kind === 'set-manager'
  const common = ofOne(kind, 'user')
  const { user } = common.columns.names
  return {
    ...common,
    title,
    ...(!sets && { onlyTakes: true }),
    columns: sets
      ? {
          names: {
            manager: {
              as: 'user',
              captions: [...captions, ...Object.keys(keyed)],
              keyed,
              about: 'The manager: id, user principal name or mail. A column managerEmployeeId has employee ids.',
            },
            user: user!,
          },
        }
      : common.columns,
    accept(values) {
      expectOnly(values, sets ? ['user', 'manager'] : ['user'], kind)
      const named = nameIn('user', values)
      if (!sets) return { user: named }
      const manager = textOf(values, 'manager', 'the id or user principal name of the manager')
      if (manager.toLowerCase() === named.toLowerCase())
        throw invalid('manager', 'The row makes the user its own manager.', 'Name another manager.')
      return { user: named, manager }
    },
    named: value => [
      { as: 'user', name: idIn('user', value) },
      ...(sets ? [{ as: 'user', name: String(wantedIn(value)) } as const] : []),
    ],
    resolved: (value, [id, manager]) => ({ ...value, user: id!, ...(sets && { manager: manager! }) }),
    about: value => `manager of user ${idIn('user', value)}`.toLowerCase(),
    // A blind repeat could undo what somebody else has set since.
    repeat: () => 'never',
    async look(values, context) {
      const ids = values.map(value => idIn('user', value))
      const names = context.expected.filter(name => name !== 'manager')
      const seen = await liveSeen('user', ids, [...userMastery, ...names], context)
      const managers = await managersOf(ids, context)
      return values.map((value, at): Looked => {
        const [id, found, manager] = [ids[at]!, seen[at], managers[at] ?? null]
        if (!found) return notFound('user', id)
        if (isOwn(value)) return ownManager(id)
        if (manager === wantedIn(value))
          return { outcome: 'unchanged', id, message: sets ? 'The user has this manager.' : 'The user has no manager.' }
        return masteredOfUser(['manager'], found) ?? { send: { manager, ...valuesOf(found, names) } }
      })
    },
    request([row]) {
      const url = `/users/${idIn('user', row!.value)}/manager/$ref`
      if (!sets) return { method: 'DELETE', url }
      const address = `https://graph.microsoft.com/v1.0/users/${String(wantedIn(row!.value))}`
      return { method: 'PUT', url, body: { '@odata.id': address } }
    },
    settle: (rows, reply) => settleOne('user', rows, reply),
    async decide(rows, context) {
      const ids = rows.map(({ value }) => idIn('user', value))
      const seen = await liveSeen('user', ids, ['id'], context)
      const managers = await managersOf(ids, context)
      return rows.map((row, at): Decision => {
        const { value, before } = row
        const [id, manager] = [ids[at]!, managers[at] ?? null]
        if (!seen[at]) return { unknown: 'No reply came, and then the user was deleted.' }
        if (manager === wantedIn(value)) return madeByWhom(row, id)
        if (manager === before['manager']) return 'not-done'
        return { unknown: 'No reply came, and then somebody else changed the manager.' }
      })
    },
    inverse(value, before) {
      const [earlier, expected] = [before['manager'] ?? null, { manager: wantedIn(value) }]
      return earlier === null
        ? { kind: 'clear-manager', value: { user: idIn('user', value) }, expected }
        : { kind: 'set-manager', value: { user: idIn('user', value), manager: earlier }, expected }
    },
  }
}
