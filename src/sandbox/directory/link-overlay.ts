import { linkRows, sides, type Side, type Stint } from './link-rows.ts'
import type { Memory } from './memory/memory.ts'
import type { ObjectTable } from './object-table.ts'
import type { Kind, Reference, Relation } from './types.ts'

/** Links that were added to the synthetic ones or removed from them, as one view sees them. */
export interface LinkOverlay {
  /** The places of added targets, in the order in which they were added. */
  places(owner: Reference, relation: Relation): number
  /** The added target of a place; undefined if the view does not show it. */
  addedAt(owner: Reference, relation: Relation, place: number): Reference | undefined
  added(owner: Reference, relation: Relation): readonly Reference[]
  isAdded(owner: Reference, relation: Relation, target: Reference): boolean
  isRemoved(owner: Reference, relation: Relation, target: Reference): boolean
  /** Whether a synthetic link of the owner was ever removed. */
  hasRemoved(owner: Reference, relation: Relation): boolean
  /** Live targets of added links less those of removed synthetic ones. O(1) without lag. */
  surplus(owner: Reference, relation: Relation, kind: Kind | undefined): number
  /** Owners of added links to the target. */
  owners(target: Reference, relation: Relation): readonly Reference[]
}

/** The changed links of all objects. */
export interface Links {
  /** Adds or removes a link. `isBase` says whether the link is synthetic. Returns a function that takes it back, if nothing was set since. */
  set(link: LinkChange, sequence: number, keeps: boolean): () => void
  /** Notes that an object was deleted or is back. Its links do not count while it is deleted. */
  turned(target: Reference, isLive: boolean, sequence: number, keeps: boolean): () => void
  settle(sequence: number): void
  at(shown: () => number): LinkOverlay
  /** Sequence of the last change of a link up to and including one; 0 if there is none. Objects are numbers of the table of objects. */
  lastChange(owner: number, relation: Relation, target: number, until: number): number
  /** Every target that was ever added, or ever removed though synthetic, with the times of that. */
  history(
    owner: Reference,
    relation: Relation,
    side: Side,
  ): Iterable<readonly [target: Reference, stints: readonly Stint[]]>
}

/** A link that was added or removed. */
export interface LinkChange {
  readonly owner: Reference
  readonly relation: Relation
  readonly target: Reference
  readonly isThere: boolean
  readonly isBase: boolean
}

interface Event {
  readonly sequence: number
  readonly list: number
  readonly kind: Kind
  readonly by: 1 | -1
}

/** Creates an overlay without changes. */
export const linksOf = (memory: Memory, objects: ObjectTable): Links => {
  const rows = linkRows(memory)
  /** Changes of counts that some view does not show yet, oldest first. */
  let events: Event[] = []
  let settled = 0
  const listIn = (side: Side, { id }: Reference, relation: Relation): number => {
    const number = objects.numberOf(id)
    return number === 0 ? 0 : rows.listOf(number, relation, side)
  }
  const tally = (list: number, kind: Kind, by: 1 | -1, sequence: number, keeps: boolean): void => {
    rows.tally(list, kind, by)
    if (keeps) events.push({ sequence, list, kind, by })
  }
  return {
    set({ owner, relation, target, isThere, isBase }, sequence, keeps) {
      const count = events.length
      const isIn = isBase ? !isThere : isThere
      const list = rows.addList(objects.add(owner.kind, owner.id), relation, isBase ? 'removed' : 'added')
      const takeBack = rows.set(list, objects.add(target.kind, target.id), isIn, sequence)
      tally(list, target.kind, isIn ? 1 : -1, sequence, keeps)
      return () => {
        events.length = count
        rows.tally(list, target.kind, isIn ? -1 : 1)
        takeBack()
      }
    },
    turned(target, isLive, sequence, keeps) {
      const count = events.length
      const number = objects.numberOf(target.id)
      const touched = rows.listsWith(number).filter(list => rows.has(list, number, sequence))
      for (const list of touched) tally(list, target.kind, isLive ? 1 : -1, sequence, keeps)
      return () => {
        events.length = count
        for (const list of touched) rows.tally(list, target.kind, isLive ? -1 : 1)
      }
    },
    settle(sequence) {
      while (settled < events.length && events[settled]!.sequence <= sequence) settled++
      if (settled < events.length && settled < 1024 + events.length / 2) return
      events = events.slice(settled)
      settled = 0
    },
    lastChange: (owner, relation, target, until) =>
      // A link is in one of the two.
      Math.max(...sides.map(side => rows.lastChange(rows.listOf(owner, relation, side), target, until))),
    *history(owner, relation, side) {
      const list = listIn(side, owner, relation)
      if (list > 0) for (const [target, stints] of rows.history(list)) yield [objects.of(target), stints]
    },
    at(shown) {
      const isIn = (side: Side, owner: Reference, relation: Relation, { id }: Reference): boolean => {
        const list = listIn(side, owner, relation)
        return list > 0 && rows.has(list, objects.numberOf(id), shown())
      }
      const countIn = (list: number, kind: Kind | undefined): number => {
        if (list === 0) return 0
        let count = rows.count(list, kind)
        const sequence = shown()
        // Backwards: later changes than shown come last.
        for (let at = events.length - 1; at >= settled && events[at]!.sequence > sequence; at--) {
          const event = events[at]!
          if (event.list === list && (kind === undefined || event.kind === kind)) count -= event.by
        }
        return count
      }
      const addedAt: LinkOverlay['addedAt'] = (owner, relation, place) => {
        const target = rows.at(listIn('added', owner, relation), place, shown())
        return target === 0 ? undefined : objects.of(target)
      }
      return {
        places: (owner, relation) => rows.places(listIn('added', owner, relation)),
        addedAt,
        added(owner, relation) {
          const length = rows.places(listIn('added', owner, relation))
          return Array.from({ length }, (_, place) => addedAt(owner, relation, place)).filter(
            target => target !== undefined,
          )
        },
        isAdded: (owner, relation, target) => isIn('added', owner, relation, target),
        isRemoved: (owner, relation, target) => isIn('removed', owner, relation, target),
        hasRemoved: (owner, relation) => listIn('removed', owner, relation) > 0,
        surplus: (owner, relation, kind) =>
          countIn(listIn('added', owner, relation), kind) - countIn(listIn('removed', owner, relation), kind),
        owners(target, relation) {
          const number = objects.numberOf(target.id)
          const sequence = shown()
          return rows
            .listsWith(number)
            .filter(
              list =>
                rows.sideOf(list) === 'added' && rows.relationOf(list) === relation && rows.has(list, number, sequence),
            )
            .map(list => objects.of(rows.ownerOf(list)))
        },
      }
    },
  }
}
