import { isNotUndoable } from './not-undoable.ts'
import { created, csvFile, deedsOfObjects } from './population.ts'
import type { Stage } from './stage.ts'
import { mutate, type Trial } from './trial.ts'

const [old, wanted, theirs] = ['Before', 'After', 'Of somebody else']
const attributes = (extensionAttribute1: string) => ({ extensionAttributes: { extensionAttribute1 } })

/** Devices get another extension attribute from a CSV, back by the undo, and are deleted at last. */
export const deviceTrials = (stage: Stage, rows: number) => {
  const { directory } = stage
  const ids = created(stage, 'device', rows, at => [
    {
      do: 'create',
      kind: 'device',
      values: { displayName: `PC-${at}`, accountEnabled: true, operatingSystem: 'Windows', ...attributes(old) },
    },
  ])
  const updates = csvFile(
    stage,
    'devices.csv',
    'id,extensionAttribute1',
    ids.map(id => `${id},${wanted}`),
  )
  const deletions = csvFile(stage, 'deletions.csv', 'id', ids)
  const rivals = new Set<string>()
  const gone = new Set<string>()
  const touchedNames = new Set<string>()

  const attributeOf = (id: string): unknown => {
    const held = directory.collection('device').get(id, 'truth')?.['extensionAttributes']
    return (held as { readonly extensionAttribute1?: string } | undefined)?.extensionAttribute1
  }
  const judgeBy =
    (attribute: string): Trial['judge'] =>
    () => {
      const deeds = deedsOfObjects(stage, ['device'], 'updated')
      return ({ value }) => {
        const id = String(value['device'])
        const isOwn = !rivals.has(id)
        return { deeds: deeds.of(id), mustBeDone: isOwn, isAsWanted: !isOwn || attributeOf(id) === attribute }
      }
    }
  const update: Trial = {
    name: 'update devices',
    args: ['devices', 'update', '--from', updates],
    writes: ['PATCH /devices/*'],
    rowsPerWrite: 1,
    rival(place, isUnderWay) {
      const id = ids[place]!
      if (rivals.has(id)) return false
      // With the same value nobody could tell whose it is, if the reply was lost: only before the run.
      const values = attributes(!isUnderWay && place % 5 === 0 ? wanted : theirs)
      const made = mutate(stage, { do: 'update', kind: 'device', id, values })
      if (made) rivals.add(id)
      return made
    },
    judge: judgeBy(wanted),
  }
  const undo: Omit<Trial, 'args'> = {
    name: 'undo it',
    writes: update.writes,
    rowsPerWrite: 1,
    judge() {
      const judged = judgeBy(old)()
      return row => ({
        ...judged(row),
        mustBeDone: !rivals.has(String(row.value['device'])) && !isNotUndoable(row.code),
      })
    },
  }
  const remove: Trial = {
    name: 'delete devices',
    args: ['devices', 'delete', '--from', deletions],
    options: ['--irreversible'],
    writes: ['DELETE /devices/*'],
    rowsPerWrite: 1,
    rival(place, isUnderWay) {
      const id = ids[place]!
      if (gone.has(id) || touchedNames.has(id)) return false
      // Nothing shows who deleted a device: somebody else does so before the run only, and renames others during it.
      const made = mutate(
        stage,
        isUnderWay
          ? { do: 'update', kind: 'device', id, values: { displayName: 'Renamed' } }
          : { do: 'delete', kind: 'device', id },
      )
      if (made) (isUnderWay ? touchedNames : gone).add(id)
      return made
    },
    judge() {
      const deeds = deedsOfObjects(stage, ['device'], 'deleted')
      return ({ value }) => {
        const id = String(value['device'])
        return {
          deeds: deeds.of(id),
          mustBeDone: !gone.has(id),
          isAsWanted: directory.collection('device').get(id, 'truth') === undefined,
        }
      }
    },
  }
  return { update, undo, remove }
}
