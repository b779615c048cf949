import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mutation } from '../../src/sandbox/directory/types.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

/** Applications are deleted, each with its service principal, and the undo restores both. */
export const appTrials = (stage: Stage, rows: number) => {
  const { directory, folder } = stage
  const created = (at: number): readonly Mutation[] => {
    const values = { displayName: `App ${at}`, appId: randomUUID() }
    return [
      { do: 'create', kind: 'application', values },
      { do: 'create', kind: 'servicePrincipal', values },
    ]
  }
  const ids: string[] = []
  for (let from = 0; from < rows; from += 1_000) {
    const some = Array.from({ length: Math.min(1_000, rows - from) }, (_, more) => created(from + more)).flat()
    const made = directory.commit(some, { request: 'control' })
    ids.push(...made.filter(({ kind }) => kind === 'application').map(({ id }) => id))
  }
  // Rows are sent in the order of their locks.
  ids.sort()
  const file = join(folder, 'apps.csv')
  writeFileSync(file, `id\n${ids.map(id => `${id}\n`).join('')}`)
  const gone = new Set<string>()
  const renamed = new Set<string>()

  const deedsOf = (wanted: 'deleted' | 'restored') => {
    const deeds = deedsBy()
    for (const kind of ['application', 'servicePrincipal'] as const)
      for (const { id, by } of directory.truthOf(kind))
        for (const { what, client } of by) if (what === wanted) deeds.add(id, client)
    return deeds
  }
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
        return { deeds: deeds.of(id), mustBeDone: code !== 'ROW_INVALID', isAsWanted: isLive(id) }
      }
    },
  }
  return { remove, undo }
}
