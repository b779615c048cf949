import { binned } from './type-facts.ts'
import type { Change, Directory, Kind, ObjectChanges, Reference, Relation } from '../directory/types.ts'

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
  /**
   * Added and removed links, one per target, in the order of their latest changes. They are read one by one: an object may have hundreds
   * of thousands.
   *
   * @param from the place of the first one
   */
  links(from: number): Iterable<Link>
}

/** An added or removed link. */
export interface Link {
  readonly relation: Relation
  readonly target: Reference
  readonly removed: boolean
  /** Its place among the links of the object. */
  readonly place: number
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
      const own = directory.changesOf(id, after, until).first
      return first.sequence >= from && !(own !== undefined && own <= first.sequence)
    })
  const sumOf = ({ kind, id, sequence }: Change): NetChange => {
    const own = directory.changesOf(id, after, until)
    return {
      kind,
      id,
      first: sequence,
      state: own.last === 'purged' ? 'gone' : own.last === 'deleted' ? binState(directory, kind, id) : 'live',
      properties: own.isNew ? undefined : own.properties,
      links: place => linksOf(own, unlinked.get(id) ?? [], place),
    }
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

/** Merges the links that changed by themselves with those that purges removed. */
function* linksOf(own: ObjectChanges, unlinked: readonly Change[], from: number): Iterable<Link> {
  const purged = new Map(unlinked.map(change => [linkKey(change), change.sequence]))
  const rest = unlinked.filter(change => placeOf(change) >= from)
  let next = 0
  for (const change of own.links(Math.floor(from / followed.length))) {
    if (placeOf(change) < from || change.sequence < (purged.get(linkKey(change)) ?? 0)) continue
    for (; next < rest.length && rest[next]!.sequence < change.sequence; next++) yield linkOf(rest[next]!)
    yield linkOf(change)
  }
  for (; next < rest.length; next++) yield linkOf(rest[next]!)
}

const linkKey = ({ relation, target }: Change): string => `${relation}/${target?.id}`

/** A purge may remove several links of one object. */
const placeOf = ({ sequence, relation }: Change): number =>
  sequence * followed.length + followed.indexOf(relation as Relation)

const linkOf = (change: Change): Link => ({
  relation: change.relation as Relation,
  target: change.target as Reference,
  removed: change.what === 'unlinked',
  place: placeOf(change),
})

/** Kinds without a recycle bin (devices) are deleted permanently. */
const binState = (directory: Directory, kind: Kind, id: string): 'binned' | 'gone' =>
  binned.includes(kind) && directory.deleted(kind).get(id) ? 'binned' : 'gone'
