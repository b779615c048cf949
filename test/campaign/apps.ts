import { isNotUndoable } from './not-undoable.ts'
import { randomUUID } from 'node:crypto'
import { created, csvFile, deedsOfObjects } from './population.ts'
import type { Stage } from './stage.ts'
import { mutate, type Trial } from './trial.ts'

/** Applications are deleted, each with its service principal, and the undo restores both. */
export const appTrials = (stage: Stage, rows: number) => {
  const { directory } = stage
  const ids = created(stage, 'application', rows, at => {
    const values = { displayName: `App ${at}`, appId: randomUUID() }
    return [
      { do: 'create', kind: 'application', values },
      { do: 'create', kind: 'servicePrincipal', values },
    ]
  })
  const file = csvFile(stage, 'apps.csv', 'id', ids)
  const gone = new Set<string>()
  const renamed = new Set<string>()

  const deedsOf = (wanted: 'deleted' | 'restored') => deedsOfObjects(stage, ['application', 'servicePrincipal'], wanted)
  const isLive = (id: string): boolean => directory.truth(id)?.state === 'live'
  const remove: Trial = {
    name: 'delete applications',
    args: ['apps', 'delete', '--from', file],
    writes: ['DELETE /applications/*'],
    rowsPerWrite: 1,
    rival(place, isUnderWay) {
      const id = ids[place]!
      if (gone.has(id) || renamed.has(id)) return false
      const made = mutate(
        stage,
        isUnderWay
          ? { do: 'update', kind: 'application', id, values: { notes: 'Of somebody else' } }
          : { do: 'delete', kind: 'application', id },
      )
      if (made) (isUnderWay ? renamed : gone).add(id)
      return made
    },
    judge() {
      const deeds = deedsOf('deleted')
      return ({ value }) => {
        const id = String(value['application'])
        return { deeds: deeds.of(id), mustBeDone: !gone.has(id), isAsWanted: !isLive(id) }
      }
    },
  }
  const undo: Omit<Trial, 'args'> = {
    name: 'undo it',
    writes: ['POST /directory/deletedItems/*/restore'],
    rowsPerWrite: 1,
    judge() {
      const deeds = deedsOf('restored')
      return ({ value, code }) => {
        const id = String(value['application'] ?? value['servicePrincipal'])
        return { deeds: deeds.of(id), mustBeDone: !isNotUndoable(code), isAsWanted: isLive(id) }
      }
    },
  }
  return { remove, undo }
}
