import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { whole } from '../programs/random.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

interface Row {
  readonly group: string
  readonly member: string
  readonly upn: string
}

/** The groups have very different sizes, so that batches are parallel and chains. */
const groupCount = 30

/** Members of several groups, in a random order of the rows; one in five is named by its user principal name. */
const rowsFor = ({ directory }: Stage, count: number, next: () => number): readonly Row[] => {
  for (let at = 0; at < groupCount; at++)
    directory.commit(
      [
        {
          do: 'create',
          kind: 'group',
          values: {
            displayName: `Campaign ${at}`,
            mailNickname: `campaign${at}`,
            mailEnabled: false,
            securityEnabled: true,
            groupTypes: [],
          },
        },
      ],
      { request: 'control' },
    )
  const groups = [...directory.truthOf('group')].map(({ id }) => id)
  const users: { readonly id: string; readonly userPrincipalName: string }[] = []
  const query = { order: 'default', view: 'truth' } as const
  const all = directory.collection('user')
  for (let cursor: Parameters<typeof all.slice>[3]; users.length < count;) {
    const slice = all.slice(query, 5_000, ['id', 'userPrincipalName'], cursor)
    users.push(...slice.json.map(text => JSON.parse(text) as (typeof users)[number]))
    if (slice.cursor === undefined) break
    ;({ cursor } = slice)
  }
  const rows = users.slice(0, count).map(({ id, userPrincipalName }) => ({
    // A tenth of the rows are in one group.
    group: groups[next() < 0.1 ? 0 : whole(next, 0, groups.length - 1)]!,
    member: id,
    upn: userPrincipalName,
  }))
  for (let at = rows.length - 1; at > 0; at--) {
    const other = whole(next, 0, at)
    ;[rows[at], rows[other]] = [rows[other]!, rows[at]!]
  }
  return rows
}

/** Members are added, then removed; both are undone, the last one first. */
export const memberTrials = (stage: Stage, count: number, next: () => number) => {
  const { directory, folder } = stage
  const rows = rowsFor(stage, count, next)
  const file = join(folder, 'members.csv')
  writeFileSync(
    file,
    `group,member\n${rows.map(({ group, member, upn }, at) => `${group},${at % 5 === 0 ? upn : member}\n`).join('')}`,
  )
  const inOrder = rows.toSorted((one, other) => (one.group < other.group ? -1 : one.group > other.group ? 1 : 0))
  const groups = [...new Set(rows.map(({ group }) => group))]
  const nameOf = ({ group, member }: { readonly group?: unknown; readonly member?: unknown }): string =>
    `${String(group)}/${String(member)}`

  const trial = (what: 'added' | 'removed') => {
    /** Links that the second writer changed. */
    const rivals = new Set<string>()
    const judge =
      (all?: ReadonlySet<string>): Trial['judge'] =>
      () => {
        const deeds = deedsBy()
        /** What was there once. An addition may have stayed unknown, and not performed. */
        const added = new Set<string>()
        for (const group of groups)
          for (const { target, by } of directory.linkTruth('group', group, 'members'))
            for (const each of by) {
              const name = `${group}/${target}`
              if (each.what === what) deeds.add(name, each.client)
              if (each.what === 'added') added.add(name)
            }
        return ({ value, outcome, code }) => {
          const name = nameOf(value)
          const isThere = directory.isRelated(
            'group',
            String(value['group']),
            'members',
            { kind: 'user', id: String(value['member']) },
            'truth',
          )
          return {
            deeds: deeds.of(name),
            // An undo leaves what is unknown, and what somebody else has undone.
            mustBeDone: all
              ? !all.has(name) && (what === 'added' || added.has(name))
              : code !== 'ROW_INVALID' && outcome !== 'unchanged',
            isAsWanted: isThere === (what === 'added'),
          }
        }
      }
    const rival = (place: number): boolean => {
      const row = inOrder[Math.min(place, count - 1)]!
      const target = { kind: 'user', id: row.member } as const
      const made = mutate(stage, {
        do: what === 'added' ? 'link' : 'unlink',
        kind: 'group',
        id: row.group,
        relation: 'members',
        target,
      })
      if (made) rivals.add(nameOf(row))
      return made
    }
    return { rivals, judge, rival }
  }

  const [adding, removing] = [trial('added'), trial('removed')]
  const [undoingRemoval, undoingAddition] = [trial('added'), trial('removed')]
  const writesOf = { add: ['PATCH /groups/*'], remove: ['DELETE /groups/*'] }
  /** Links that the second writer changed and this run changed back. */
  const touched = (isThere: boolean, rivals: ReadonlySet<string>) => (): readonly string[] =>
    [...rivals].flatMap(name => {
      const [group, member] = name.split('/') as [string, string]
      const now = directory.isRelated('group', group, 'members', { kind: 'user', id: member }, 'truth')
      return now === isThere ? [] : [`${name} is ${now ? '' : 'not '}there`]
    })
  return {
    add: {
      name: 'add members',
      args: ['members', 'add', '--from', file],
      writes: writesOf.add,
      rowsPerWrite: 15,
      rival: adding.rival,
      judge: adding.judge(adding.rivals),
    } satisfies Trial,
    remove: {
      name: 'remove members',
      args: ['members', 'remove', '--from', file],
      writes: writesOf.remove,
      rowsPerWrite: 1,
      rival: removing.rival,
      judge: removing.judge(removing.rivals),
    } satisfies Trial,
    undoRemove: {
      name: 'undo the removal',
      writes: writesOf.add,
      rowsPerWrite: 15,
      judge: undoingRemoval.judge(),
      touched: touched(false, removing.rivals),
    } satisfies Omit<Trial, 'args'>,
    undoAdd: {
      name: 'undo the addition',
      writes: writesOf.remove,
      rowsPerWrite: 1,
      judge: undoingAddition.judge(),
      touched: touched(true, new Set([...adding.rivals].filter(name => !removing.rivals.has(name)))),
    } satisfies Omit<Trial, 'args'>,
  }
}
