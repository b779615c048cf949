import { isNotUndoable } from './not-undoable.ts'
import { csvFile, deedsOfObjects, staff } from './population.ts'
import type { Stage } from './stage.ts'
import { mutate, type Trial } from './trial.ts'

const [old, wanted, theirs] = ['Before', 'After', 'Of somebody else']

/** Users are updated from a CSV, and back by the undo, while the second writer gives some of them other values. */
export const updateTrials = (stage: Stage, rows: number) => {
  const { directory } = stage
  const ids = staff(stage, rows, { department: old })
  const file = csvFile(
    stage,
    'updates.csv',
    'id,department',
    ids.map(id => `${id},${wanted}`),
  )
  const rivals = new Set<string>()

  const changes = () => deedsOfObjects(stage, ['user'], 'updated')
  const judgeBy =
    (department: string): Trial['judge'] =>
    () => {
      const deeds = changes()
      const users = directory.collection('user')
      return ({ value }) => {
        const id = String(value['user'])
        const isOwn = !rivals.has(id)
        return {
          deeds: deeds.of(id),
          mustBeDone: isOwn,
          isAsWanted: !isOwn || users.get(id, 'truth')?.['department'] === department,
        }
      }
    }
  const writes = ['PATCH /users/*']
  const update: Trial = {
    name: 'update users',
    args: ['users', 'update', '--from', file],
    writes,
    rowsPerWrite: 1,
    rival(place, isUnderWay) {
      const id = ids[place]!
      if (rivals.has(id)) return false
      // With the same value nobody could tell whose it is, if the reply was lost: only before the run.
      const department = !isUnderWay && place % 5 === 0 ? wanted : theirs
      const made = mutate(stage, { do: 'update', kind: 'user', id, values: { department } })
      if (made) rivals.add(id)
      return made
    },
    judge: judgeBy(wanted),
  }
  const undo: Omit<Trial, 'args'> = {
    name: 'undo it',
    writes,
    rowsPerWrite: 1,
    judge() {
      const judged = judgeBy(old)()
      return row => ({
        ...judged(row),
        mustBeDone: !rivals.has(String(row.value['user'])) && !isNotUndoable(row.code),
      })
    },
    touched() {
      const deeds = changes()
      return [...rivals].flatMap(id => {
        const [before, last] = deeds.of(id).slice(-2)
        return before === null && last !== null && deeds.of(id).length > 2 ? [`value of ${id} was overwritten`] : []
      })
    },
  }
  return { update, undo }
}
