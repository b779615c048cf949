import { isNotUndoable } from './not-undoable.ts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kind, Mutation } from '../../src/sandbox/directory/types.ts'
import type { Attempt } from '../../src/sandbox/directory/truth-types.ts'
import type { Stage } from './stage.ts'
import { deedsBy, type Trial } from './trial.ts'

/** Changes of the directory in one commit. */
const atOnce = 1_000

/**
 * Creates objects in the directory. Returns the ids of those of a kind, in order: rows are sent in the order of their locks.
 *
 * @param of the changes that create the object of a place, and what belongs to it
 */
export const created = (
  { directory }: Pick<Stage, 'directory'>,
  kind: Kind,
  count: number,
  of: (at: number) => readonly Mutation[],
): readonly string[] => {
  const ids: string[] = []
  for (let from = 0; from < count; from += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - from) }, (_, more) => of(from + more)).flat()
    const made = directory.commit(some, { request: 'control' })
    ids.push(...made.filter(change => change.kind === kind && change.what === 'created').map(({ id }) => id))
  }
  return ids.sort()
}

/** Ids of users of the directory, in order. */
export const someUsers = ({ directory }: Pick<Stage, 'directory'>, count: number): readonly string[] => {
  const users = directory.collection('user')
  const ids: string[] = []
  for (let cursor: Parameters<typeof users.slice>[3]; ids.length < count;) {
    const slice = users.slice({ order: 'default', view: 'truth' }, 5_000, ['id'], cursor)
    ids.push(...slice.ids)
    if (slice.cursor === undefined) break
    ;({ cursor } = slice)
  }
  return ids.slice(0, count).sort()
}

/** Writes a CSV file and returns its path. */
export const csvFile = (
  { folder }: Pick<Stage, 'folder'>,
  name: string,
  header: string,
  lines: readonly string[],
): string => {
  const file = join(folder, name)
  writeFileSync(file, `${header}\n${lines.map(line => `${line}\n`).join('')}`)
  return file
}

/** Who has changed objects of some kinds so, by their ids and in order. */
export const deedsOfObjects = (
  { directory }: Pick<Stage, 'directory'>,
  kinds: readonly Kind[],
  wanted: Attempt['what'],
) => {
  const deeds = deedsBy()
  for (const kind of kinds)
    for (const { id, by } of directory.truthOf(kind))
      for (const { what, client } of by) if (what === wanted) deeds.add(id, client)
  return deeds
}

/** Creates enabled users. @param more values besides those that every user has */
export const staff = (
  stage: Pick<Stage, 'directory' | 'domain'>,
  rows: number,
  more: Readonly<Record<string, string>> = {},
): readonly string[] =>
  created(stage, 'user', rows, at => [
    {
      do: 'create',
      kind: 'user',
      values: {
        userPrincipalName: `staff${at}@${stage.domain}`,
        displayName: `Staff ${at}`,
        mailNickname: `staff${at}`,
        accountEnabled: true,
        ...more,
      },
    },
  ])

/** The undo of a run that created users: it deletes them. */
export const undoneUsers = (stage: Stage): Omit<Trial, 'args'> => {
  const { directory } = stage
  return {
    name: 'undo it',
    writes: ['DELETE /users/*'],
    rowsPerWrite: 1,
    judge() {
      const deeds = deedsOfObjects(stage, ['user'], 'deleted')
      const users = directory.collection('user')
      return ({ value, code }) => {
        const id = String(value['user'])
        return {
          deeds: deeds.of(id),
          mustBeDone: !isNotUndoable(code),
          isAsWanted: users.get(id, 'truth') === undefined,
        }
      }
    },
    touched: () =>
      [...directory.truthOf('user')].flatMap(({ by, deleted, userPrincipalName, id }) =>
        by[0]?.client === null && by.some(each => each.client !== null) && deleted > 0
          ? [`${String(userPrincipalName)} (${id}) was deleted`]
          : [],
      ),
  }
}
