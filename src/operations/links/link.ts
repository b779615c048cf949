import type { Operation, Values } from '../../core/operation.ts'
import { expectOnly, textOf } from '../values/expect.ts'

/** Relations of a group that are changed link by link. */
export type Relation = 'members' | 'owners'

/** A link of a group. */
export interface Link extends Values {
  readonly group: string
  readonly member: string
}

/** Whether the link was there before; null if the sign-in cannot see it. */
export interface LinkBefore extends Values {
  readonly linked: boolean | null
}

/** What changes links. */
export type LinkOperation = Operation<Link, LinkBefore>

/** `member` or `owner`. */
export const nounOf = (relation: Relation): string => relation.slice(0, -1)

/** Captions that people use for the id or name of a linked object, in the portal's files and in scripts. */
const captions = [
  'memberObjectId',
  'memberObjectIdOrUpn',
  'memberObjectIdOrUserPrincipalName',
  'objectId',
  'id',
  'userPrincipalName',
  'upn',
  'mail',
]

/** What all operations on links have in common. */
export const ofLinks = (kind: string, relation: Relation) =>
  ({
    kind,
    changes: 'group',
    columns: {
      names: {
        group: { as: 'group', captions: ['groupId', 'groupName'], about: 'The group: its id or name.' },
        member: {
          as: 'object',
          captions: relation === 'owners' ? ['owner', ...captions] : captions,
          about: `The ${nounOf(relation)}: id, user principal name or mail.`,
        },
      },
    },
    accept(value) {
      expectOnly(value, ['group', 'member'], kind)
      return {
        group: textOf(value, 'group', 'the id or name of a group'),
        member: textOf(value, 'member', `the id or user principal name of the ${nounOf(relation)}`),
      }
    },
    named: ({ group, member }) => [
      { as: 'group', name: group },
      { as: 'object', name: member },
    ],
    resolved: (_, [group, member]) => ({ group: group!, member: member! }),
    about: ({ group, member }) => `${group}/${relation}/${member}`.toLowerCase(),
    ordered: true,
    locks: ({ group }) => [group.toLowerCase()],
    repeat: () => 'refused',
  }) as const satisfies Partial<LinkOperation>
