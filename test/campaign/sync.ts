import type { Booked } from './books.ts'
import { securityGroup } from './linked.ts'
import { linkName } from './links.ts'
import { created, csvFile, someUsers } from './population.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

type Relation = 'members' | 'owners'

/** Nobody has this id. */
const nobody = 'ffffffff-ffff-4fff-8fff-ffffffffffff'

interface Wanted {
  readonly group: string
  /** Of its rows. */
  readonly members: readonly string[]
  /** Whether one of its rows names nobody: it keeps everybody. */
  readonly hasBadRow: boolean
}

/** Groups of which some links are wanted, some are not, and some are missing; one group in three has a row that names nobody. */
const groupsFor = (stage: Stage, relation: Relation, name: string, count: number, next: () => number) => {
  const users = someUsers(stage, count)
  const size = 20
  const groups = created(stage, 'group', Math.ceil(count / size), at => [
    { do: 'create', kind: 'group', values: { ...securityGroup(at), mailNickname: `${name}${at}` } },
  ])
  return groups.map((group, at): Wanted => {
    const own = users.slice(at * size, (at + 1) * size)
    const [members, others] = [own.filter(() => next() < 0.7), own.filter(() => next() < 0.7)]
    // Graph keeps the last owner of a group.
    const there = new Set([own[0]!, ...others])
    for (const id of there)
      mutate(stage, { do: 'link', kind: 'group', id: group, relation, target: { kind: 'user', id } })
    return { group, members: [own[0]!, ...members.filter(id => id !== own[0])], hasBadRow: at % 3 === 2 }
  })
}

interface SyncForm {
  readonly relation: Relation
  readonly only?: 'add' | 'remove'
}

const trialFor = (
  stage: Stage,
  { relation, only }: SyncForm,
  count: number,
  next: () => number,
): { readonly trial: Trial; readonly undo?: Omit<Trial, 'args'> } => {
  const { directory } = stage
  const noun = `${relation}${only ?? ''}`
  const groups = groupsFor(stage, relation, noun, count, next)
  const wanted = new Set(groups.flatMap(({ group, members }) => members.map(id => linkName(group, id))))
  const inOrder = groups.flatMap(({ group, members }) => members.map(member => ({ group, member })))
  const rivals = new Set<string>()
  const isThere = (group: string, id: string): boolean =>
    directory.isRelated('group', group, relation, { kind: 'user', id }, 'truth')
  const truth = () => {
    const [added, removed] = [deedsBy(), deedsBy()]
    for (const { group } of groups)
      for (const { target, by } of directory.linkTruth('group', group, relation))
        for (const { what, client } of by) (what === 'added' ? added : removed).add(linkName(group, target), client)
    return { added, removed }
  }
  /** The link of a row, and whether the row wants it there. */
  const linkIn = ({ kind = '', value }: Pick<Booked, 'kind' | 'value'>) => ({
    name: linkName(value['group'], value['member']),
    group: String(value['group']),
    member: String(value['member']),
    gives: !kind.startsWith('remove'),
    isSent: !kind.startsWith('keep'),
  })
  const judge =
    (isUndo: boolean): Trial['judge'] =>
    () => {
      const { added, removed } = truth()
      return row => {
        const { name, group, member, gives, isSent } = linkIn(row)
        const isOwn = !rivals.has(name) && row.kind !== undefined
        return {
          deeds: isSent ? (gives ? added : removed).of(name) : [],
          mustBeDone: isSent && isOwn && row.outcome !== 'unchanged' && !isUndo && row.code !== 'OBJECT_NOT_FOUND',
          isAsWanted: !isSent || !isOwn || isThere(group, member) === gives,
        }
      }
    }
  const writes = [`PATCH /groups/*`, `DELETE /groups/*`]
  const trial: Trial = {
    name: `sync ${relation}${only ? `, ${only} only` : ''}`,
    rows: inOrder.length,
    args: [
      relation,
      'sync',
      '--from',
      csvFile(
        stage,
        `sync-${noun}.csv`,
        'group,member',
        groups.flatMap(({ group, members, hasBadRow }) =>
          [...members, ...(hasBadRow ? [nobody] : [])].map(id => `${group},${id}`),
        ),
      ),
      ...(only ? [`--${only}-only`] : []),
    ],
    writes,
    rowsPerWrite: 3,
    // Somebody else adds who is not wanted, and removes who is.
    rival(place) {
      const { group, member } = inOrder[Math.min(place, inOrder.length - 1)]!
      const name = linkName(group, member)
      if (rivals.has(name) || !isThere(group, member)) return false
      const target = { kind: 'user', id: member } as const
      const made = mutate(stage, { do: 'unlink', kind: 'group', id: group, relation, target })
      if (made) rivals.add(name)
      return made
    },
    judge: judge(false),
    ended(rows) {
      const { removed } = truth()
      const failed = new Set(
        rows.filter(({ outcome }) => outcome === 'failed' || outcome === 'unknown').map(row => linkIn(row).group),
      )
      return groups.flatMap(({ group, hasBadRow }) => {
        const links = directory.related('group', group, relation, 10_000, undefined, 'truth').references
        const taken = [...directory.linkTruth('group', group, relation)].filter(({ target }) =>
          removed.of(linkName(group, target)).some(client => client !== null),
        )
        const wrong = taken
          .filter(({ target }) => wanted.has(linkName(group, target)))
          .map(({ target }) => `${target} is in the file, and was removed from ${group}`)
        if (hasBadRow || only === 'add')
          return [...wrong, ...taken.map(({ target }) => `${target} was removed from ${group}, which keeps everybody`)]
        if (failed.has(group)) return wrong
        const isOwn = ({ id }: { readonly id: string }): boolean => !rivals.has(linkName(group, id))
        return [
          ...wrong,
          ...links
            .filter(link => isOwn(link) && !wanted.has(linkName(group, link.id)))
            .map(({ id }) => `${id} is left in ${group}`),
        ]
      })
    },
    again: 'unchanged',
  }
  if (only) return { trial }
  return { trial, undo: { name: 'undo it', rows: inOrder.length, writes, rowsPerWrite: 1, judge: judge(true) } }
}

/** Links of groups are made those of a file, also by adding only and by removing only. */
export const syncTrials = (stage: Stage, count: number, next: () => number) => {
  const part = Math.ceil(count / 4)
  const forms: readonly SyncForm[] = [
    { relation: 'members' },
    { relation: 'members', only: 'add' },
    { relation: 'members', only: 'remove' },
    { relation: 'owners' },
  ]
  return forms.map(form => trialFor(stage, form, part, next))
}
