import { EntrapipeError } from '../../core/errors.ts'
import type { GraphReply } from '../../core/graph.ts'
import type {
  Decision,
  Finding,
  Looked,
  Operation,
  OperationContext,
  Ready,
  Sent,
  Values,
  Verdict,
} from '../../core/operation.ts'
import { graphMessage } from '../../graph/refusal.ts'
import { isBusy, isDone, isMissing, refused } from '../replies/refused.ts'
import { existing, groupsSeen, linksOf, type GroupSeen, type Relation } from './linked.ts'

/** A link of a group. */
interface Link extends Values {
  readonly group: string
  readonly member: string
}

/** What was there before. */
interface LinkBefore extends Values {
  readonly linked: boolean
}

type LinkOperation = Operation<Link, LinkBefore>

/** Graph adds up to so many links in one request. */
const linksAtOnce = 20

const text = (value: Values, name: 'group' | 'member'): string => {
  const given = value[name]
  if (typeof given === 'string' && given.trim() !== '') return given.trim()
  throw new EntrapipeError(
    'ROW_INVALID',
    `Expected ${name} to be the id or name of ${name === 'group' ? 'a group' : 'an object'}.`,
    {
      facts: { column: name },
      fix:
        name === 'group'
          ? 'Add a column group, or name the group with --group.'
          : 'Write an id or a user principal name.',
    },
  )
}

const accept = (value: Values): Link => {
  for (const name of Object.keys(value))
    if (name !== 'group' && name !== 'member')
      throw new EntrapipeError('ROW_INVALID', `${name} is no value of a link.`, { facts: { column: name } })
  return { group: text(value, 'group'), member: text(value, 'member') }
}

/** Why the members of a group cannot be changed here; undefined if they can. */
const closed = (
  { displayName, groupTypes = [], onPremisesSyncEnabled, mailEnabled }: GroupSeen,
  relation: Relation,
): Finding | undefined => {
  const name = displayName ?? 'The group'
  if (relation === 'members' && groupTypes.includes('DynamicMembership'))
    return {
      outcome: 'failed',
      code: 'GROUP_DYNAMIC',
      message: `${name} has dynamic members, which follow from its rule.`,
      fix: 'Change the rule of the group, or the property of the object.',
    }
  if (onPremisesSyncEnabled === true)
    return {
      outcome: 'failed',
      code: 'GROUP_ON_PREMISES',
      message: `${name} is synchronized from Active Directory.`,
      fix: 'Change the group in Active Directory.',
    }
  if (mailEnabled === true && !groupTypes.includes('Unified'))
    return {
      outcome: 'failed',
      code: 'GROUP_MAIL_ENABLED',
      message: `${name} is a distribution list or a mail-enabled security group, which Graph cannot change.`,
      fix: 'Change the group in Exchange.',
    }
  return undefined
}

const noGroup = (group: string): Finding => ({
  outcome: 'failed',
  code: 'GROUP_UNKNOWN',
  message: `No group has the id ${group}.`,
  fix: 'Correct the group.',
})

const noMember = (member: string): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No object has the id ${member}.`,
  fix: 'Correct the id: the object may have been deleted.',
})

const reading = (values: readonly Link[], relation: Relation, context: OperationContext) => {
  const groups = [...new Set(values.map(({ group }) => group))]
  return Promise.all(groups.map(async group => [group, await linksOf(group, relation, context)] as const)).then(
    all => new Map(all),
  )
}

/** Reads the groups, their links, and for what is to be added whether it exists. */
const look = async (
  values: readonly Link[],
  relation: Relation,
  adds: boolean,
  context: OperationContext,
): Promise<readonly Looked<LinkBefore>[]> => {
  const groups = await groupsSeen(
    values.map(({ group }) => group),
    context,
  )
  const open = values.filter(({ group }) => groups.has(group) && !closed(groups.get(group)!, relation))
  const links = await reading(open, relation, context)
  const isLinked = ({ group, member }: Link): boolean => links.get(group)?.has(member) ?? false
  const unlinked = open.filter(value => !isLinked(value)).map(({ member }) => member)
  const known = unlinked.length > 0 ? await existing(unlinked, context) : new Set<string>()
  return values.map(value => {
    const group = groups.get(value.group)
    if (!group) return noGroup(value.group)
    const why = closed(group, relation)
    if (why) return why
    const linked = isLinked(value)
    if (!linked && !known.has(value.member)) return noMember(value.member)
    if (linked === adds)
      return {
        outcome: 'unchanged',
        id: value.member,
        message: linked
          ? `It already is one of the ${relation} of ${group.displayName ?? value.group}.`
          : `It is none of the ${relation} of ${group.displayName ?? value.group}.`,
      }
    return { send: { linked } }
  })
}

/** After a lost reply: the plain list shows whether the link is there. */
const decide = async (
  rows: readonly Sent<Link, LinkBefore>[],
  relation: Relation,
  adds: boolean,
  context: OperationContext,
): Promise<readonly Decision[]> => {
  const links = await reading(
    rows.map(({ value }) => value),
    relation,
    context,
  )
  return rows.map(({ value }) => {
    const isThere = links.get(value.group)!.has(value.member)
    return isThere === adds ? { outcome: 'done', id: value.member, code: 'SeenAfterLostReply' } : 'not-done'
  })
}

const common = (relation: Relation) => {
  const noun = relation === 'members' ? 'member' : 'owner'
  return {
    changes: 'group' as const,
    columns: {
      names: {
        group: { as: 'group' as const, captions: ['group', 'groupid', 'groupname'], about: 'the group: id or name' },
        member: {
          as: 'object' as const,
          captions: [
            'memberobjectid',
            'memberobjectidoruserprincipalname',
            'memberobjectidorupn',
            'objectid',
            'id',
            'userprincipalname',
            'mail',
            noun,
          ],
          about: `the ${noun}: id, user principal name or mail`,
        },
      },
    },
    ordered: true as const,
    accept,
    named: ({ group, member }: Link) => [
      { as: 'group' as const, name: group },
      { as: 'object' as const, name: member },
    ],
    resolved: (_: Link, [group, member]: readonly string[]): Link => ({ group: group!, member: member! }),
    about: ({ group, member }: Link) => `${group}/${relation}/${member}`.toLowerCase(),
    locks: ({ group }: Link) => [group.toLowerCase()],
    repeat: () => 'refused' as const,
  }
}

const alreadyThere = /already exist/i

const addition = (kind: string, title: string, relation: Relation): LinkOperation => ({
  kind,
  title,
  ...common(relation),
  rowsPerRequest: linksAtOnce,
  look: (values, context) => look(values, relation, true, context),
  request: rows => ({
    method: 'PATCH',
    url: `/groups/${rows[0]!.value.group}`,
    body: {
      [`${relation}@odata.bind`]: rows.map(
        ({ value }) => `https://graph.microsoft.com/v1.0/directoryObjects/${value.member}`,
      ),
    },
  }),
  settle: settleAddition,
  decide: (rows, context) => decide(rows, relation, true, context),
  inverse: ({ group, member }) => ({
    kind: `remove-${relation === 'members' ? 'member' : 'owner'}`,
    value: { group, member },
    expected: { linked: true },
  }),
})

const settleAddition = (rows: readonly Ready<Link, LinkBefore>[], reply: GraphReply): readonly Verdict[] => {
  if (isDone(reply)) return rows.map(({ value }) => ({ outcome: 'done', id: value.member }))
  if (isBusy(reply)) return rows.map(() => 'apart')
  const message = graphMessage(reply) ?? ''
  // The reply may name the link at fault. The others were not added because of it.
  const isNamed = ({ value: { member } }: Ready<Link, LinkBefore>): boolean => message.toLowerCase().includes(member)
  const atFault = rows.filter(isNamed)
  if (rows.length > 1 && atFault.length === 0) return rows.map(() => 'apart')
  return rows.map(row => {
    if (rows.length > 1 && !isNamed(row)) return 'apart'
    if (alreadyThere.test(message))
      return { outcome: 'unchanged', id: row.value.member, message: 'It was added by somebody else.' }
    return isMissing(reply) ? 'later' : refused(reply)
  })
}

const removal = (kind: string, title: string, relation: Relation): LinkOperation => ({
  kind,
  title,
  ...common(relation),
  look: (values, context) => look(values, relation, false, context),
  removal: () => 'remove',
  request: ([
    {
      value: { group, member },
    },
  ]: readonly Ready<Link, LinkBefore>[] & { readonly 0: Ready<Link, LinkBefore> }) => ({
    method: 'DELETE',
    // Without $ref, Graph would delete the object itself.
    url: `/groups/${group}/${relation}/${member}/$ref`,
  }),
  settle: ([{ value }]: readonly Ready<Link, LinkBefore>[] & { readonly 0: Ready<Link, LinkBefore> }, reply) => {
    if (isDone(reply)) return [{ outcome: 'done', id: value.member }]
    if (isBusy(reply)) return ['apart']
    return [isMissing(reply) ? 'later' : refused(reply)]
  },
  decide: (rows, context) => decide(rows, relation, false, context),
  inverse: ({ group, member }) => ({
    kind: `add-${relation === 'members' ? 'member' : 'owner'}`,
    value: { group, member },
    expected: { linked: false },
  }),
})

/** Adds links, up to 20 in a request: all of them or none. */
export const linkAddition = (kind: string, title: string, relation: Relation): Operation =>
  addition(kind, title, relation) as unknown as Operation

/** Removes links, one in a request: Graph has no form for several. */
export const linkRemoval = (kind: string, title: string, relation: Relation): Operation =>
  removal(kind, title, relation) as unknown as Operation
