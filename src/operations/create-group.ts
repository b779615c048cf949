import { namedAs } from '../core/object-kinds.ts'
import type { Decision, Finding, Looked, Operation, Values } from '../core/operation.ts'
import type { OperationContext } from '../core/operation.ts'
import { comparable, newGroup, nicknameOf, nameOf, type NewGroup } from './groups/new-group.ts'
import type { Seen } from './objects/read-each.ts'
import { groupsBy } from './groups/groups-by.ts'
import { groupsInBin } from './groups/in-bin.ts'
import { differing, isSame } from './properties/same.ts'
import { isBusy, isConflict, isDone, refused } from './replies/refused.ts'

const exists = (groups: readonly Seen[], value: NewGroup): Finding => {
  const wanted = comparable(value)
  const same = groups.find(group => differing(wanted, group).length === 0)
  const name = nameOf(value)
  if (same) return { outcome: 'unchanged', id: same.id, message: `${name} already exists with these values.` }
  const [first] = groups as readonly [Seen]
  return {
    outcome: 'failed',
    id: first.id,
    code: 'GROUP_EXISTS',
    message: `A group is already named ${name}, with other values of ${differing(wanted, first).join(', ')}.`,
    fix: 'Choose another name, or change the group with `entrapipe groups update`.',
  }
}

const propertiesIn = (values: readonly NewGroup[]): readonly string[] => [
  ...new Set(values.flatMap(value => Object.keys(comparable(value)))),
]

/** The groups that have the mail nicknames of rows. */
const marked = (rows: readonly { readonly value: NewGroup }[], context: OperationContext) =>
  groupsBy(
    'mailNickname',
    rows.map(({ value }) => nicknameOf(value)),
    ['createdDateTime', ...propertiesIn(rows.map(({ value }) => value))],
    context,
  )

/**
 * Creates groups. Names of groups are not unique in Graph, so a name that is taken is refused here. A lost reply is decided by the mail
 * nickname, which is drawn for a row that has none.
 *
 * @see https://learn.microsoft.com/graph/api/group-post-groups
 */
export const createGroup: Operation<NewGroup> = {
  kind: 'create-group',
  title: 'Create groups',
  changes: 'group',
  columns: { names: {}, properties: 'group', required: ['displayName'] },
  accept: newGroup,
  about: value => namedAs('group', nameOf(value)),
  locks: value => [namedAs('group', nameOf(value))],
  withoutDrawn: comparable,
  isSame,
  repeat: () => 'never',
  async look(values, context) {
    const found = await groupsBy('displayName', values.map(nameOf), propertiesIn(values), context)
    return values.map((value, at): Looked => {
      const groups = found[at]!
      return groups.length === 0 ? { send: { existed: false } } : exists(groups, value)
    })
  },
  request: ([row]) => ({ method: 'POST', url: '/groups', body: row!.value.properties }),
  settle([row], reply) {
    const id = (reply.body as Partial<Seen> | undefined)?.id
    if (isDone(reply)) return [id === undefined ? 'undecided' : { outcome: 'done', id }]
    if (isBusy(reply)) return ['apart']
    if (row!.lost && isConflict(reply, 'mailNickname')) return ['undecided']
    return [refused(reply)]
  },
  async decide(rows, context) {
    const found = await marked(rows, context)
    const since = (groups: readonly Seen[], sinceMs: number): readonly Seen[] =>
      groups.filter(group => !(Date.parse(String(group['createdDateTime'])) < sinceMs))
    const all = rows.map(({ sinceMs }, at) => since(found[at]!, sinceMs))
    const binned = all.some(ours => ours.length === 0) ? await groupsInBin(context) : new Map<string, readonly Seen[]>()
    return rows.map(({ value, sinceMs }, at): Decision => {
      const ours = all[at]!
      const [one, ...more] = ours.filter(group => differing(comparable(value), group).length === 0)
      if (one && more.length === 0)
        return {
          outcome: 'done',
          id: one.id,
          code: 'AdoptedAfterLostReply',
          message: 'The reply was lost. The group exists with the values that were sent.',
        }
      if (ours.length === 0) {
        const nickname = nicknameOf(value)
        const [deleted] = since(binned.get(nickname.toLowerCase()) ?? [], sinceMs)
        if (!deleted) return 'not-done'
        return {
          unknown: `No reply came, and then the group ${deleted.id}, which has the mail nickname ${nickname}, was deleted.`,
        }
      }
      return {
        unknown: `No reply came, and ${ours.length === 1 ? 'a group with this mail nickname has other values' : 'several groups have this mail nickname'}: ${ours.map(({ id }) => id).join(', ')}.`,
      }
    })
  },
  inverse: (value, _before, id) =>
    id === undefined ? undefined : { kind: 'delete-group', value: { group: id }, expected: expectedOf(value) },
}

const expectedOf = (value: NewGroup): Values => value.properties
