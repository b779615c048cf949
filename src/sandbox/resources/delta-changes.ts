import { binned } from './type-facts.ts'
import type { Change, Directory, Kind, Reference, Relation } from '../directory/types.ts'

/** The changes of one object in a round of a delta, summed up. */
export interface NetChange {
  readonly kind: Kind
  readonly id: string
  /** Sequence of the first of them. */
  readonly first: number
  /** `binned`: soft-deleted. `gone`: permanently deleted. */
  readonly state: 'live' | 'binned' | 'gone'
  /** Changed properties. Undefined means all: the object is new or was restored. */
  readonly properties: ReadonlySet<string> | undefined
  /** Added and removed links, one per target: the latest change counts. */
  readonly links: readonly Link[]
}

/** An added or removed link. */
export interface Link {
  readonly relation: Relation
  readonly target: Reference
  readonly removed: boolean
}

/** The changes of a round: after a sequence, up to and including another. */
interface Round {
  readonly after: number
  readonly until: number
}

/** Number of objects that are looked up at once. */
const block = 256

/**
 * Returns where a round ends that begins now: before a change that the direct view does not show yet (replica lag), so that the next
 * round has it.
 */
export const endOfRound = (directory: Directory, after: number): number =>
  Math.max(after, Math.min(directory.shown('direct'), directory.generation))

/**
 * Sums up the changes of each object in a round, in order of its first change, and reads no more of them than are asked for.
 * Permanently deleting a member removes its links; soft-deleting it does not. Undefined when the changes have been discarded.
 *
 * @param from only objects whose first change in the round is this one or later
 */
export const netChanges = (
  directory: Directory,
  kinds: readonly Kind[],
  round: Round,
  from: number,
): Iterable<NetChange> | undefined =>
  directory.firstChanges(round.after, from, 1) &&
  summedUp(directory, kinds, round, from, unlinkedByPurges(directory, kinds, round))

function* summedUp(
  directory: Directory,
  kinds: readonly Kind[],
  { after, until }: Round,
  from: number,
  unlinked: ReadonlyMap<string, readonly Change[]>,
): Iterable<NetChange> {
  /** Objects that a purge changed before anything else did, by the purge's sequence. */
  const waiting = [...unlinked]
    .map(([id, [first]]) => ({ id, first: first as Change }))
    .filter(({ id, first }) => {
      const own = directory.changesOf(id, after)[0]
      return first.sequence >= from && !(own && own.sequence <= first.sequence)
    })
  const sumOf = (change: Change): NetChange => {
    const { kind, id, sequence } = change
    const own = directory.changesOf(id, after).filter(each => each.sequence <= until)
    const all = [...own, ...(unlinked.get(id) ?? [])].sort((one, other) => one.sequence - other.sequence)
    return netChangeOf(directory, kind, id, sequence, all)
  }
  let next = 0
  for (let at = from; ;) {
    const changes = directory.firstChanges(after, at, block) ?? []
    for (const change of changes) {
      const { sequence, kind, id } = change
      if (sequence > until) break
      for (; next < waiting.length && waiting[next]!.first.sequence < sequence; next++)
        yield sumOf(waiting[next]!.first)
      const byPurge = unlinked.get(id)?.[0]
      if (kinds.includes(kind) && !(byPurge && byPurge.sequence < sequence)) yield sumOf(change)
    }
    const last = changes.at(-1)
    if (!last || changes.length < block || last.sequence > until) break
    at = last.sequence + 1
  }
  for (; next < waiting.length; next++) yield sumOf(waiting[next]!.first)
}

const followed: readonly Relation[] = ['members', 'owners', 'manager']

/** The links that purges in a round removed, by owner, oldest first. */
const unlinkedByPurges = (
  directory: Directory,
  kinds: readonly Kind[],
  { after, until }: Round,
): ReadonlyMap<string, readonly Change[]> =>
  Map.groupBy(
    directory
      .purges(after)
      .filter(({ sequence }) => sequence <= until)
      .flatMap(change => unlinkedBy(directory, change))
      .filter(({ kind }) => kinds.includes(kind)),
    ({ id }) => id,
  )

const unlinkedBy = (directory: Directory, change: Change): readonly Change[] =>
  followed.flatMap(relation =>
    directory.lastOwners({ kind: change.kind, id: change.id }, relation).map(({ kind, id }) => ({
      ...change,
      kind,
      id,
      what: 'unlinked' as const,
      relation,
      target: { kind: change.kind, id: change.id },
    })),
  )

const netChangeOf = (
  directory: Directory,
  kind: Kind,
  id: string,
  first: number,
  changes: readonly Change[],
): NetChange => {
  const last = changes.findLast(({ what }) => what !== 'linked' && what !== 'unlinked')?.what
  const links = new Map<string, Link>()
  for (const { what, relation, target } of changes)
    if (relation && target && (what === 'linked' || what === 'unlinked'))
      links.set(`${relation}/${target.id}`, { relation, target, removed: what === 'unlinked' })
  const whole = changes.some(({ what }) => what === 'created' || what === 'restored')
  return {
    kind,
    id,
    first,
    state: last === 'purged' ? 'gone' : last === 'deleted' ? binState(directory, kind, id) : 'live',
    properties: whole ? undefined : new Set(changes.flatMap(({ properties = [] }) => properties)),
    links: [...links.values()],
  }
}

/** Kinds without a recycle bin (devices) are deleted permanently. */
const binState = (directory: Directory, kind: Kind, id: string): 'binned' | 'gone' =>
  binned.includes(kind) && directory.deleted(kind).get(id) ? 'binned' : 'gone'
