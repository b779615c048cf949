import { commandOf, objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { Decision, Finding, Looked, Operation, Values } from '../../core/operation.ts'
import type { OperationColumns } from '../../core/operation-columns.ts'
import { isSame } from '../properties/same.ts'
import { isConflict, isDone, refused } from '../replies/refused.ts'
import { seenAfterLoss } from '../replies/verdicts.ts'
import { expectOnly } from '../values/expect.ts'
import { idIn, nameIn, notFound, ofOneDeleted, settleOne } from './one.ts'
import { deletedSeen, liveSeen, valuesOf } from './read.ts'

/** How objects of a kind are restored. */
interface Restoration {
  readonly of: ObjectKind
  readonly title: string
  readonly options?: Options
}

/** What a row may say besides the id. */
interface Options {
  readonly columns: NonNullable<OperationColumns['options']>
  /** @throws EntrapipeError `ROW_INVALID` */
  readonly accept: (values: Values) => Values
  /** Properties that the restored object then has. */
  readonly properties: (value: Values) => Values
  /** What to do where another object has the same value of a property. */
  readonly conflicts: Readonly<Record<string, string>>
}

const none: Options = { columns: {}, accept: () => ({}), properties: () => ({}), conflicts: {} }

/** Restores objects from the bin. */
export const restorationOf = ({ of, title, options = none }: Restoration): Operation => {
  const { noun, word } = objectKinds[of]
  const names = Object.keys(options.columns)
  const common = ofOneDeleted(`restore-${noun}`, of)
  const othersIn = (value: Values, live: Values): readonly string[] =>
    Object.entries(options.properties(value)).flatMap(([name, wanted]) =>
      isSame(name, wanted, live[name]) ? [] : [`${name} ${String(live[name])}`],
    )
  const read = (values: readonly Values[]) => ['id', ...values.flatMap(value => Object.keys(options.properties(value)))]
  const notDeleted = (value: Values, live: Values): Finding => {
    const id = idIn(of, value)
    const others = othersIn(value, live)
    if (others.length === 0) return { outcome: 'unchanged', id, message: `The ${word} is not deleted.` }
    return {
      outcome: 'failed',
      id,
      code: `${noun.replace('-', '_').toUpperCase()}_LIVE`,
      message: `The ${word} is not deleted, and has the ${others.join(', ')}.`,
      fix: `Change it with \`entrapipe ${commandOf(noun)} update\`.`,
    }
  }
  return {
    ...common,
    columns: { ...common.columns, ...(names.length > 0 && { options: options.columns }) },
    title,
    accept(values) {
      expectOnly(values, [of, ...names], `restore-${noun}`)
      return { [of]: nameIn(of, values), ...options.accept(values) }
    },
    repeat: () => 'refused',
    async look(values, context) {
      const ids = values.map(value => idIn(of, value))
      const binned = await deletedSeen(of, ids, context)
      const others = ids.filter((_, at) => !binned[at])
      const live = new Map((await liveSeen(of, others, read(values), context)).map((found, at) => [others[at]!, found]))
      return values.map((value, at): Looked => {
        const id = ids[at]!
        const [deleted, restored] = [binned[at], live.get(id)]
        if (deleted) return { send: valuesOf(deleted, ['displayName', 'deletedDateTime']) }
        return restored ? notDeleted(value, restored) : notFound(of, id)
      })
    },
    request([row]) {
      const { [of]: id, ...body } = row!.value
      const url = `/directory/deletedItems/${String(id)}/restore`
      return { method: 'POST', url, ...(Object.keys(body).length > 0 && { body }) }
    },
    settle(rows, reply) {
      const conflict = isDone(reply) ? undefined : Object.keys(options.conflicts).find(name => isConflict(reply, name))
      return conflict === undefined
        ? settleOne(of, rows, reply)
        : [{ ...refused(reply), fix: options.conflicts[conflict]! }]
    },
    async decide(rows, context) {
      const values = rows.map(({ value }) => value)
      const ids = values.map(value => idIn(of, value))
      const live = await liveSeen(of, ids, read(values), context)
      const binned = await deletedSeen(of, ids, context)
      return values.map((value, at): Decision => {
        const [id, restored] = [ids[at]!, live[at]]
        if (!restored)
          return binned[at]
            ? 'not-done'
            : { unknown: `No reply came, and the ${word} ${id} is neither live nor in the bin.` }
        const others = othersIn(value, restored)
        if (others.length === 0) return seenAfterLoss(id)
        return {
          unknown: `No reply came, and the ${word} is restored with the ${others.join(', ')}: by somebody else.`,
        }
      })
    },
    inverse: value => ({ kind: `delete-${noun}`, value: { [of]: idIn(of, value) } }),
  }
}
