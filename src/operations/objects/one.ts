import type { GraphReply } from '../../core/graph.ts'
import type { Finding, Operation, Ready, Values, Verdict } from '../../core/operation.ts'
import { isBusy, isDone, isMissing, refused } from '../replies/refused.ts'
import { expectOnly, textOf } from '../values/expect.ts'

/** A kind of object that operations change. The value of this name in a row is the object's id. */
export type Kind = 'user' | 'group'

/** The id of the object that a row names. */
export const idIn = (of: Kind, value: Values): string => value[of] as string

const columns = {
  user: {
    as: 'user',
    captions: ['userPrincipalName', 'upn', 'id', 'objectId', 'mail'],
    about: 'The user: id, user principal name or mail.',
  },
  group: {
    as: 'group',
    captions: ['id', 'objectId', 'groupId', 'groupName', 'displayName'],
    about: 'The group: its id or name.',
  },
} as const

/** Reads the name of an object from the values of a row. @throws EntrapipeError `ROW_INVALID` */
export const nameIn = (of: Kind, values: Values): string =>
  textOf(values, of, of === 'user' ? 'the id or user principal name of a user' : 'the id or name of a group')

/** What operations on one existing object have in common. */
export const ofOne = (kind: string, of: Kind) =>
  ({
    kind,
    changes: of,
    columns: { names: { [of]: columns[of] } },
    accept(values: Values): Values {
      expectOnly(values, [of], kind)
      return { [of]: nameIn(of, values) }
    },
    named: value => [{ as: of, name: idIn(of, value) }],
    resolved: (value, [id]) => ({ ...value, [of]: id! }),
    about: value => `${of} ${idIn(of, value)}`.toLowerCase(),
    locks: value => [idIn(of, value).toLowerCase()],
  }) satisfies Partial<Operation>

/** What operations on one object in the bin have in common: it is named by its id alone. */
export const ofOneDeleted = (kind: string, of: Kind) =>
  ({
    ...ofOne(kind, of),
    columns: {
      names: {
        [of]: { as: 'deleted', captions: ['objectId', 'id'], about: `The id of the deleted ${of}.` },
      },
    },
    named: value => [{ as: 'deleted', name: idIn(of, value), of }],
  }) satisfies Partial<Operation>

/** The result for an object that is neither live nor in the bin. */
export const notFound = (of: Kind, id: string): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No ${of} has the id ${id}.`,
  fix: `Correct the id. The ${of} may have been deleted for good.`,
})

/** The verdict of a request that changes one object. */
export const settleOne = (of: Kind, [row]: readonly Ready[], reply: GraphReply): readonly [Verdict] => {
  const { value, lost } = row!
  if (isDone(reply)) return [{ outcome: 'done', id: idIn(of, value) }]
  if (isBusy(reply)) return ['apart']
  // Before, the object was there: another replica does not show it yet, or an earlier attempt deleted or restored it.
  if (isMissing(reply)) return [lost ? 'undecided' : 'later']
  return [refused(reply)]
}
