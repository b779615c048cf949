import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { whole } from '../programs/random.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

interface Row {
  /** Id of the group or unit. */
  readonly owner: string
  readonly member: string
  readonly upn: string
}

/** What has the members. */
interface Form {
  readonly kind: 'group' | 'administrativeUnit'
  readonly command: string
  readonly noun: string
  readonly writes: Readonly<Record<'add' | 'remove', readonly string[]>>
  readonly rowsPerAddition: number
  readonly values: (at: number) => Readonly<Record<string, unknown>>
}

/** Groups, to which up to 20 are added in one request. */
export const ofGroups: Form = {
  kind: 'group',
  command: 'members',
  noun: 'members',
  writes: { add: ['PATCH /groups/*'], remove: ['DELETE /groups/*'] },
  rowsPerAddition: 15,
  values: at => ({
    displayName: `Campaign ${at}`,
    mailNickname: `campaign${at}`,
    mailEnabled: false,
    securityEnabled: true,
    groupTypes: [],
  }),
}

/** Administrative units, to which one is added in a request. */
export const ofUnits: Form = {
  kind: 'administrativeUnit',
  command: 'admin-units',
  noun: 'members of units',
  writes: {
    add: ['POST /directory/administrativeUnits/*'],
    remove: ['DELETE /directory/administrativeUnits/*'],
  },
  rowsPerAddition: 1,
  values: at => ({ displayName: `Campaign ${at}`, membershipType: 'Assigned' }),
}

/** They have very different sizes, so that batches are parallel and chains. */
const ownerCount = 30

/** Members of several groups or units, in a random order of the rows; one in five is named by its user principal name. */
const rowsFor = ({ directory }: Stage, form: Form, count: number, next: () => number): readonly Row[] => {
  for (let at = 0; at < ownerCount; at++)
    directory.commit([{ do: 'create', kind: form.kind, values: form.values(at) }], { request: 'control' })
  const owners = [...directory.truthOf(form.kind)].map(({ id }) => id)
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
    // A tenth of the rows are in one of them.
    owner: owners[next() < 0.1 ? 0 : whole(next, 0, owners.length - 1)]!,
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
export const memberTrials = (stage: Stage, form: Form, count: number, next: () => number) => {
  const { directory, folder } = stage
  const { kind } = form
  const rows = rowsFor(stage, form, count, next)
  const file = join(folder, 'members.csv')
  writeFileSync(
    file,
    `${kind},member\n${rows.map(({ owner, member, upn }, at) => `${owner},${at % 5 === 0 ? upn : member}\n`).join('')}`,
  )
  const inOrder = rows.toSorted((one, other) => (one.owner < other.owner ? -1 : one.owner > other.owner ? 1 : 0))
  const owners = [...new Set(rows.map(({ owner }) => owner))]
  const nameOf = (owner: unknown, member: unknown): string => `${String(owner)}/${String(member)}`

  const trial = (what: 'added' | 'removed') => {
    /** Links that the second writer changed. */
    const rivals = new Set<string>()
    const judge =
      (all?: ReadonlySet<string>): Trial['judge'] =>
      () => {
        const deeds = deedsBy()
        /** What was there once. An addition may have stayed unknown, and not performed. */
        const added = new Set<string>()
        for (const owner of owners)
          for (const { target, by } of directory.linkTruth(kind, owner, 'members'))
            for (const each of by) {
              const name = nameOf(owner, target)
              if (each.what === what) deeds.add(name, each.client)
              if (each.what === 'added') added.add(name)
            }
        return ({ value, outcome, code }) => {
          const name = nameOf(value[kind], value['member'])
          const isThere = directory.isRelated(
            kind,
            String(value[kind]),
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
        kind,
        id: row.owner,
        relation: 'members',
        target,
      })
      if (made) rivals.add(nameOf(row.owner, row.member))
      return made
    }
    return { rivals, judge, rival }
  }

  const [adding, removing] = [trial('added'), trial('removed')]
  const [undoingRemoval, undoingAddition] = [trial('added'), trial('removed')]
  /** Links that the second writer changed and this run changed back. */
  const touched = (isThere: boolean, rivals: ReadonlySet<string>) => (): readonly string[] =>
    [...rivals].flatMap(name => {
      const [owner, member] = name.split('/') as [string, string]
      const now = directory.isRelated(kind, owner, 'members', { kind: 'user', id: member }, 'truth')
      return now === isThere ? [] : [`${name} is ${now ? '' : 'not '}there`]
    })
  return {
    add: {
      name: `add ${form.noun}`,
      args: [form.command, 'add', '--from', file],
      writes: form.writes.add,
      rowsPerWrite: form.rowsPerAddition,
      rival: adding.rival,
      judge: adding.judge(adding.rivals),
    } satisfies Trial,
    remove: {
      name: `remove ${form.noun}`,
      args: [form.command, 'remove', '--from', file],
      writes: form.writes.remove,
      rowsPerWrite: 1,
      rival: removing.rival,
      judge: removing.judge(removing.rivals),
    } satisfies Trial,
    undoRemove: {
      name: 'undo the removal',
      writes: form.writes.add,
      rowsPerWrite: form.rowsPerAddition,
      judge: undoingRemoval.judge(),
      touched: touched(false, removing.rivals),
    } satisfies Omit<Trial, 'args'>,
    undoAdd: {
      name: 'undo the addition',
      writes: form.writes.remove,
      rowsPerWrite: 1,
      judge: undoingAddition.judge(),
      touched: touched(true, new Set([...adding.rivals].filter(name => !removing.rivals.has(name)))),
    } satisfies Omit<Trial, 'args'>,
  }
}
