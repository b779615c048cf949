import type { Identity } from '../../core/graph.ts'
import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { Decision, Finding, Looked, Notable, Operation, Values } from '../../core/operation.ts'
import { isSame } from '../properties/same.ts'
import { seenAfterLoss } from '../replies/verdicts.ts'
import { idIn, notFound, ofOne, settleOne } from './one.ts'
import { deletedSeen, deletedWhen, liveSeen, valuesOf } from './read.ts'

/** How objects of a kind are deleted. */
interface Deletion {
  readonly of: ObjectKind
  readonly title: string
  /** What is read for the preview and for plans. */
  readonly properties: readonly string[]
  /** Why an object cannot be deleted; undefined if it can. */
  readonly kept?: (seen: Values, own: Identity | undefined) => Finding | undefined
  /** What people want to know before. */
  readonly notable?: { readonly properties: readonly string[]; readonly of: (seen: Values) => readonly Notable[] }
}

/** Deletes objects. What has a bin stays there for 30 days; anything else is gone. */
export const deletionOf = ({ of, title, properties, kept, notable }: Deletion): Operation => {
  const { noun, word, path, inBin } = objectKinds[of]
  const hasBin = inBin !== undefined
  return {
    ...ofOne(`delete-${noun}`, of),
    title,
    // What was deleted by name is found again by it, so that a second run says so.
    named: value => [{ as: of, name: idIn(of, value), ...(hasBin && { orDeleted: true }) }],
    isSame,
    repeat: () => 'refused',
    removal: () => 'delete',
    onlyTakes: true,
    ...(of === 'user' && { isSensitive: true }),
    ...(!hasBin && { irreversible: () => true, lasts: `A deleted ${word} cannot be restored.` }),
    async look(values, context) {
      const ids = values.map(value => idIn(of, value))
      const names = [...new Set([...properties, ...context.expected])]
      const live = await liveSeen(of, ids, [...names, ...(notable?.properties ?? [])], context)
      const gone = ids.filter((_, at) => !live[at])
      const binned = new Map((await deletedSeen(of, gone, context)).map((found, at) => [gone[at]!, found]))
      const own = await context.graph.signedInAs?.(context.signal)
      return ids.map((id, at): Looked => {
        const found = live[at]
        if (found) return kept?.(found, own) ?? { send: valuesOf(found, names), notable: notable?.of(found) ?? [] }
        const deleted = binned.get(id)
        return deleted ? { outcome: 'unchanged', id, message: deletedWhen(deleted) } : notFound(of, id)
      })
    },
    request: ([row]) => ({ method: 'DELETE', url: `${path}/${idIn(of, row!.value)}` }),
    settle: (rows, reply) => settleOne(of, rows, reply),
    async decide(rows, context) {
      const ids = rows.map(({ value }) => idIn(of, value))
      const live = await liveSeen(of, ids, ['id'], context)
      const binned = await deletedSeen(of, ids, context)
      return rows.map(({ sinceMs }, at): Decision => {
        const id = ids[at]!
        const deleted = binned[at]
        if (live[at]) return 'not-done'
        if (!hasBin) return seenAfterLoss(id)
        if (!deleted) return { unknown: `No reply came, and the ${word} ${id} is neither live nor in the bin.` }
        return Date.parse(String(deleted['deletedDateTime'])) >= sinceMs
          ? seenAfterLoss(id)
          : { outcome: 'unchanged', id, message: deletedWhen(deleted) }
      })
    },
    ...(hasBin && {
      inverse: (value: Values) => ({ kind: `restore-${noun}`, value: { [of]: idIn(of, value) } }),
    }),
  }
}
