import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mutation } from '../../src/sandbox/directory/types.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

const [old, wanted, theirs] = ['Before', 'After', 'Of somebody else']

/** Users are updated from a CSV, and back by the undo, while the second writer gives some of them other values. */
export const updateTrials = (stage: Stage, rows: number) => {
  const { directory, domain, folder } = stage
  const created = (at: number): Mutation => ({
    do: 'create',
    kind: 'user',
    values: {
      userPrincipalName: `staff${at}@${domain}`,
      displayName: `Staff ${at}`,
      mailNickname: `staff${at}`,
      accountEnabled: true,
      department: old,
    },
  })
  const ids: string[] = []
  for (let from = 0; from < rows; from += 1_000) {
    const some = Array.from({ length: Math.min(1_000, rows - from) }, (_, more) => created(from + more))
    ids.push(...directory.commit(some, { request: 'control' }).map(({ id }) => id))
  }
  // Rows are sent in the order of their locks.
  ids.sort()
  const file = join(folder, 'updates.csv')
  writeFileSync(file, `id,department\n${ids.map(id => `${id},${wanted}\n`).join('')}`)
  const rivals = new Set<string>()

  /** Who has changed a user, in order. */
  const changes = () => {
    const deeds = deedsBy()
    for (const { id, by } of directory.truthOf('user'))
      for (const { what, client } of by) if (what === 'updated') deeds.add(id, client)
    return deeds
  }
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
        mustBeDone: !rivals.has(String(row.value['user'])) && row.code !== 'ROW_INVALID',
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
