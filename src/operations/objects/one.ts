import { article } from '../../core/article.ts'
import type { GraphReply } from '../../core/graph.ts'
import { joined } from '../../core/joined.ts'
import { deletedExport, isRestorable, objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { Finding, Operation, Ready, Values, Verdict } from '../../core/operation.ts'
import type { NameColumn } from '../../core/operation-columns.ts'
import { isBusy, isDone, isMissing, refused } from '../replies/refused.ts'
import { expectOnly, textOf } from '../values/expect.ts'

/** The id of the object that a row names: the value of its kind. */
export const idIn = (of: ObjectKind, value: Values): string => value[of] as string

/** The column that names the object of a row. */
const columnOf = (of: ObjectKind): NameColumn => {
  const { captions, keyed, word, names } = objectKinds[of]
  return {
    as: of,
    captions: [...captions, ...Object.keys(keyed)],
    keyed,
    about: `The ${word}: ${joined(names, 'or')}.`,
  }
}

/** Reads the name of an object from the values of a row. @throws EntrapipeError `ROW_INVALID` */
export const nameIn = (of: ObjectKind, values: Values): string => {
  const { names, word } = objectKinds[of]
  return textOf(values, of, `the ${joined(names.slice(0, 2), 'or')} of ${article(word)}`)
}

/** What operations on one existing object have in common. */
export const ofOne = (kind: string, of: ObjectKind) =>
  ({
    kind,
    changes: of,
    columns: { names: { [of]: columnOf(of) } },
    accept(values: Values): Values {
      expectOnly(values, [of], kind)
      return { [of]: nameIn(of, values) }
    },
    named: value => [{ as: of, name: idIn(of, value) }],
    resolved: (value, [id]) => ({ ...value, [of]: id! }),
    about: value => `${objectKinds[of].word} ${idIn(of, value)}`.toLowerCase(),
    locks: value => [idIn(of, value).toLowerCase()],
  }) satisfies Partial<Operation>

/** What operations on one object in the bin have in common: it is named by its id alone. */
export const ofOneDeleted = (kind: string, of: ObjectKind) =>
  ({
    ...ofOne(kind, of),
    columns: {
      names: {
        [of]: { as: 'deleted', captions: ['objectId', 'id'], about: `The id of the deleted ${objectKinds[of].word}.` },
      },
    },
    named: value => [{ as: 'deleted', name: idIn(of, value), of }],
  }) satisfies Partial<Operation>

/** The result for an object that the directory does not have as it is needed: live, or in the bin. */
export const notFound = (of: ObjectKind, id: string): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No ${objectKinds[of].word} has the id ${id}.`,
  fix: isRestorable(of)
    ? `Correct the id. If the ${objectKinds[of].word} was deleted: \`entrapipe export ${deletedExport(of)}\` lists those that can be restored.`
    : `Correct the id. The ${objectKinds[of].word} may have been deleted permanently.`,
})

/** The verdict of a request that changes one object. */
export const settleOne = (of: ObjectKind, [row]: readonly Ready[], reply: GraphReply): readonly [Verdict] => {
  const { value, lost } = row!
  if (isDone(reply)) return [{ outcome: 'done', id: idIn(of, value) }]
  if (isBusy(reply)) return ['apart']
  // Before, the object was there: another replica does not show it yet, or an earlier attempt deleted or restored it.
  if (isMissing(reply)) return [lost ? 'undecided' : 'later']
  return [refused(reply)]
}
