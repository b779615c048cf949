import type { Decision, Looked, Operation } from '../../core/operation.ts'
import { seenAfterLoss } from '../replies/verdicts.ts'
import { idIn, notFound, ofOneDeleted, settleOne, type Kind } from './one.ts'
import { deletedSeen, liveSeen, valuesOf } from './read.ts'

/** Restores objects from the bin. */
export const restorationOf = (of: Kind, title: string): Operation => ({
  ...ofOneDeleted(`restore-${of}`, of),
  title,
  repeat: () => 'refused',
  async look(values, context) {
    const ids = values.map(value => idIn(of, value))
    const binned = await deletedSeen(of, ids, context)
    const others = ids.filter((_, at) => !binned[at])
    const live = new Map((await liveSeen(of, others, ['id'], context)).map((found, at) => [others[at]!, found]))
    return ids.map((id, at): Looked => {
      const deleted = binned[at]
      if (deleted) return { send: valuesOf(deleted, ['displayName', 'deletedDateTime']) }
      return live.get(id) ? { outcome: 'unchanged', id, message: `The ${of} is not deleted.` } : notFound(of, id)
    })
  },
  request: ([row]) => ({ method: 'POST', url: `/directory/deletedItems/${idIn(of, row!.value)}/restore` }),
  settle: (rows, reply) => settleOne(of, rows, reply),
  async decide(rows, context) {
    const ids = rows.map(({ value }) => idIn(of, value))
    const live = await liveSeen(of, ids, ['id'], context)
    const binned = await deletedSeen(of, ids, context)
    return ids.map((id, at): Decision => {
      if (live[at]) return seenAfterLoss(id)
      return binned[at] ? 'not-done' : { unknown: `No reply came, and the ${of} ${id} is neither live nor in the bin.` }
    })
  },
  inverse: value => ({ kind: `delete-${of}`, value: { [of]: idIn(of, value) } }),
})
