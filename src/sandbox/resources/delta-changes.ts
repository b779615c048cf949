import { binned } from './type-facts.ts'
import type { Change, Directory, Kind, Reference, Relation } from '../directory/types.ts'

/** The changes of one object in a round of a delta, summed up. */
export interface NetChange {
  readonly kind: Kind
  readonly id: string
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

/** The changes in a range of sequences. */
interface Round {
  /** Sequence of the last change in the round. */
  readonly until: number
  readonly outcomes: readonly NetChange[]
}

/**
 * Sums up the changes of some kinds, in order of each object's first change. A round ends before a change that the direct
 * view does not show yet (replica lag), so that the next round has it. Permanently deleting a member removes its links;
 * soft-deleting it does not. Undefined when the changes have been discarded.
 *
 * @param until `until` of the first page, so that all pages belong to the same round
 */
export const roundOf = (
  directory: Directory,
  kinds: readonly Kind[],
  after: number,
  until?: number,
): Round | undefined => {
  const all = directory.changes(after)
  if (!all) return undefined
  const last = until ?? directory.shown('direct')
  const changes = all.filter(({ sequence }) => sequence <= last)
  const byId = Map.groupBy(
    changes.flatMap(change => [change, ...unlinkedBy(directory, change)]).filter(({ kind }) => kinds.includes(kind)),
    ({ id }) => id,
  )
  return {
    until: until ?? changes.at(-1)?.sequence ?? after,
    outcomes: [...byId].map(([id, own]) => netChangeOf(directory, own[0]!.kind, id, own)),
  }
}

const followed: readonly Relation[] = ['members', 'owners', 'manager']

const unlinkedBy = (directory: Directory, change: Change): readonly Change[] =>
  change.what !== 'purged'
    ? []
    : followed.flatMap(relation =>
        directory.lastOwners({ kind: change.kind, id: change.id }, relation).map(({ kind, id }) => ({
          ...change,
          kind,
          id,
          what: 'unlinked' as const,
          relation,
          target: { kind: change.kind, id: change.id },
        })),
      )

const netChangeOf = (directory: Directory, kind: Kind, id: string, changes: readonly Change[]): NetChange => {
  const last = changes.findLast(({ what }) => what !== 'linked' && what !== 'unlinked')?.what
  const links = new Map<string, Link>()
  for (const { what, relation, target } of changes)
    if (relation && target && (what === 'linked' || what === 'unlinked'))
      links.set(`${relation}/${target.id}`, { relation, target, removed: what === 'unlinked' })
  const whole = changes.some(({ what }) => what === 'created' || what === 'restored')
  return {
    kind,
    id,
    state: last === 'purged' ? 'gone' : last === 'deleted' ? binState(directory, kind, id) : 'live',
    properties: whole ? undefined : new Set(changes.flatMap(({ properties = [] }) => properties)),
    links: [...links.values()],
  }
}

/** Kinds without a recycle bin (devices) are deleted permanently. */
const binState = (directory: Directory, kind: Kind, id: string): 'binned' | 'gone' =>
  binned.includes(kind) && directory.deleted(kind).get(id) ? 'binned' : 'gone'
