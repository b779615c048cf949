import type { Ledger } from './ledger.ts'
import type { Stint } from './link-rows.ts'
import type { AssignmentTruth, Attempt, LinkTruth, ObjectTruth } from './truth-types.ts'
import type { Assignment } from './assignment-types.ts'
import type { Change, Directory, Entity, Kind, Reference, Truth } from './types.ts'
import { never } from './version-rows.ts'

type Counted = 'created' | 'updated' | 'deleted' | 'restored' | 'purged'

const counted: ReadonlySet<Change['what']> = new Set(['created', 'updated', 'deleted', 'restored', 'purged'])
const isCounted = (what: Change['what']): what is Counted => counted.has(what)

/** Names that prove which row an object was made from. */
type Names = Omit<ObjectTruth, 'id' | 'by' | 'created' | 'updated' | 'deleted' | 'restored' | 'purged'>

/** Each changed object of a kind. Objects of which only links changed are left out. */
export function* objectTruths(
  history: Ledger,
  kind: Kind,
  namesOf: (kind: Kind, id: string) => Names,
): Iterable<ObjectTruth> {
  for (const id of history.changed(kind)) {
    const counts = { created: 0, updated: 0, deleted: 0, restored: 0, purged: 0 }
    const by: Attempt[] = []
    for (const sequence of history.sequencesOf(id)) {
      const { what } = history.change(sequence)
      if (!isCounted(what)) continue
      counts[what]++
      by.push(attempt(history, sequence, what))
    }
    if (by.length > 0) yield { id, ...counts, by, ...namesOf(kind, id) }
  }
}

/** Each changed link of an object and relation: added ones, then removed ones that were there from the start. */
export function* linkTruths(
  history: Ledger,
  stintsOf: (side: 'added' | 'removed') => Iterable<readonly [target: Reference, stints: readonly Stint[]]>,
  isThere: (target: Reference) => boolean,
): Iterable<LinkTruth> {
  for (const [begins, ends] of [
    ['added', 'removed'],
    ['removed', 'added'],
  ] as const)
    for (const [target, stints] of stintsOf(begins)) {
      const by = stints.flatMap(({ from, until }) => [
        attempt(history, from, begins),
        ...(until === undefined ? [] : [attempt(history, until, ends)]),
      ])
      const counted = (what: Attempt['what']): number => by.filter(each => each.what === what).length
      const counts = { added: counted('added'), removed: counted('removed') }
      yield { target: target.id, ...counts, isThere: isThere(target), by }
    }
}

/** Each changed assignment. */
export function* assignmentTruths(
  history: Ledger,
  changed: Iterable<readonly { readonly assignment: Assignment; readonly from: number; readonly until: number }[]>,
  isThere: (assignment: Assignment) => boolean,
): Iterable<AssignmentTruth> {
  for (const same of changed) {
    const [{ assignment }] = same as [(typeof same)[number]]
    const by = same.flatMap(({ from, until }) => [
      ...(from === 0 ? [] : [attempt(history, from, 'added')]),
      ...(until === never ? [] : [attempt(history, until, 'removed')]),
    ])
    const counts = (what: Attempt['what']): number => by.filter(each => each.what === what).length
    yield {
      principal: assignment.principal.id,
      of: assignment.of,
      within: assignment.within,
      added: counts('added'),
      removed: counts('removed'),
      isThere: isThere(assignment),
      by,
    }
  }
}

const attempt = (history: Ledger, sequence: number, what: Attempt['what']): Attempt => {
  const { request, client } = history.author(sequence)
  return { request, client: client ?? null, what }
}

/** Assembles the history and state of an object. The history is only read if it is wanted: a group may have many changes. */
export const truthOf = (
  { kind, id }: { readonly kind: Kind; readonly id: string },
  history: Ledger,
  live: Entity | undefined,
  binned: Entity | undefined,
): NonNullable<ReturnType<Directory['truth']>> => ({
  kind,
  id,
  state: live ? 'live' : binned ? 'deleted' : 'purged',
  get versions() {
    return history.sequencesOf(id).length
  },
  get history(): Truth['history'] {
    return history.sequencesOf(id).map(sequence => {
      const { atMs, what, relation, target } = history.change(sequence)
      const link = relation && target ? { relation, target } : {}
      return { sequence, atMs, what, by: history.author(sequence).request, ...link }
    })
  },
  entity: live ?? binned,
})
