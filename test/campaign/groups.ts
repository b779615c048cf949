import { isNotUndoable } from './not-undoable.ts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deedsOfObjects } from './population.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

const nameOf = (at: number): string => `Project ${String(at).padStart(6, '0')}`

/** Groups are created from a CSV, and deleted by the undo. Their names are not unique, so the second writer's groups are others. */
export const groupTrials = (stage: Stage, rows: number) => {
  const { directory, folder } = stage
  const rivals = new Set<string>()
  const file = join(folder, 'groups.csv')
  writeFileSync(
    file,
    `displayName,description,groupTypes\n${Array.from({ length: rows }, (_, at) => `${nameOf(at)},From the campaign,${at % 4 === 0 ? 'Unified' : ''}\n`).join('')}`,
  )
  const create: Trial = {
    name: 'create groups',
    onlyCreates: true,
    args: ['groups', 'create', '--from', file],
    writes: ['POST /groups'],
    rowsPerWrite: 1,
    rival(place) {
      const displayName = nameOf(place)
      rivals.add(displayName)
      return mutate(stage, {
        do: 'create',
        kind: 'group',
        values: {
          displayName,
          description: 'Of somebody else',
          mailNickname: `rival${place}-${directory.generation}`,
          mailEnabled: false,
          securityEnabled: true,
          groupTypes: [],
        },
      })
    },
    judge() {
      const deeds = deedsBy()
      for (const { displayName, by } of directory.truthOf('group'))
        for (const { what, client } of by) if (what === 'created') deeds.add(String(displayName), client)
      const groups = directory.collection('group')
      return ({ value, id }) => {
        const { displayName } = value['properties'] as { readonly displayName: string }
        return {
          deeds: deeds.of(displayName),
          mustBeDone: !rivals.has(displayName),
          isAsWanted: id !== undefined && groups.get(id, 'truth')?.['displayName'] === displayName,
        }
      }
    },
  }
  const undo: Omit<Trial, 'args'> = {
    name: 'undo it',
    // A deleted security group may not be kept in the bin.
    options: ['--irreversible'],
    writes: ['DELETE /groups/*'],
    rowsPerWrite: 1,
    judge() {
      const deeds = deedsOfObjects(stage, ['group'], 'deleted')
      const groups = directory.collection('group')
      return ({ value, code }) => {
        const id = String(value['group'])
        return {
          deeds: deeds.of(id),
          mustBeDone: !isNotUndoable(code),
          isAsWanted: groups.get(id, 'truth') === undefined,
        }
      }
    },
    touched: () =>
      [...directory.truthOf('group')].flatMap(({ by, deleted, displayName, id }) =>
        by[0]?.client === null && deleted > 0 ? [`${String(displayName)} (${id}) was deleted`] : [],
      ),
  }
  return { create, undo }
}
