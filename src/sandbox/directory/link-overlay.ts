import { linkList, type LinkList } from './link-list.ts'
import { wideMap, type WideMap } from './wide-map.ts'
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
  /** Lists of added and of removed synthetic targets of an object. */
  lists(
    owner: Reference,
    relation: Relation,
  ): { readonly adds: LinkList | undefined; readonly removals: LinkList | undefined }
}

/** A link that was added or removed. */
export interface LinkChange {
  readonly owner: Reference
  readonly relation: Relation
  readonly target: Reference
  readonly isThere: boolean
  readonly isBase: boolean
}

interface Lists {
  /** By owner. */
  readonly targets: WideMap<LinkList>
  /** By target: every owner whose list the target was ever in. */
  readonly owners: WideMap<Owners>
}

interface Event {
  readonly sequence: number
  readonly list: LinkList
  readonly kind: Kind
  readonly by: 1 | -1
}

/** Most targets have one owner. */
type Owners = Reference | Map<string, Reference>

const many = (found: Owners | undefined): readonly Reference[] =>
  found === undefined ? [] : found instanceof Map ? [...found.values()] : [found]

/** Returns whether the owner is new. */
const addOwner = (owners: WideMap<Owners>, target: string, owner: Reference): boolean => {
  const known = owners.get(target)
  if (known === undefined) owners.set(target, owner)
  else if (known instanceof Map) {
    if (known.has(owner.id)) return false
    known.set(owner.id, owner)
  } else {
    if (known.id === owner.id) return false
    owners.set(
      target,
      new Map([
        [known.id, known],
        [owner.id, owner],
      ]),
    )
  }
  return true
}

const removeOwner = (owners: WideMap<Owners>, target: string, owner: Reference): void => {
  const known = owners.get(target)
  if (known instanceof Map) known.delete(owner.id)
  else owners.delete(target)
}

/** Creates an overlay without changes. */
export const linksOf = (): Links => {
  const made = (): Map<Relation, Lists> => new Map()
  const [adds, removals] = [made(), made()]
  /** Changes of counts that some view does not show yet, oldest first. */
  let events: Event[] = []
  let settled = 0
  const listsIn = (side: Map<Relation, Lists>, relation: Relation): Lists => {
    let found = side.get(relation)
    if (!found) side.set(relation, (found = { targets: wideMap(), owners: wideMap() }))
    return found
  }
  const listIn = (side: Map<Relation, Lists>, { id }: Reference, relation: Relation): LinkList | undefined =>
    side.get(relation)?.targets.get(id)
  const tally = (list: LinkList, kind: Kind, by: 1 | -1, sequence: number, keeps: boolean): void => {
    list.tally(kind, by)
    if (keeps) events.push({ sequence, list, kind, by })
  }
  return {
    set({ owner, relation, target, isThere, isBase }, sequence, keeps) {
      const count = events.length
      const isIn = isBase ? !isThere : isThere
      const { targets, owners } = listsIn(isBase ? removals : adds, relation)
      let list = targets.get(owner.id)
      if (!list) targets.set(owner.id, (list = linkList()))
      const before = list
      const isNew = addOwner(owners, target.id, owner)
      list.set(target, isIn, sequence)
      tally(list, target.kind, isIn ? 1 : -1, sequence, keeps)
      return () => {
        events.length = count
        before.tally(target.kind, isIn ? -1 : 1)
        before.takeBack(target, isIn)
        if (isNew) removeOwner(owners, target.id, owner)
      }
    },
    turned(target, isLive, sequence, keeps) {
      const count = events.length
      const by = isLive ? 1 : -1
      const touched: LinkList[] = []
      for (const side of [adds, removals])
        for (const { targets, owners } of side.values())
          for (const owner of many(owners.get(target.id))) {
            const list = targets.get(owner.id)!
            if (!list.has(target.id, sequence)) continue
            touched.push(list)
            tally(list, target.kind, by, sequence, keeps)
          }
      return () => {
        events.length = count
        for (const list of touched) list.tally(target.kind, isLive ? -1 : 1)
      }
    },
    settle(sequence) {
      while (settled < events.length && events[settled]!.sequence <= sequence) settled++
      if (settled < events.length && settled < 1024 + events.length / 2) return
      events = events.slice(settled)
      settled = 0
    },
    lists: (owner, relation) => ({
      adds: listIn(adds, owner, relation),
      removals: listIn(removals, owner, relation),
    }),
    at(shown) {
      const isIn = (side: Map<Relation, Lists>, owner: Reference, relation: Relation, { id }: Reference): boolean =>
        listIn(side, owner, relation)?.has(id, shown()) ?? false
      const countIn = (list: LinkList | undefined, kind: Kind | undefined): number => {
        if (!list) return 0
        let count = list.count(kind)
        const sequence = shown()
        // Backwards: later changes than shown come last.
        for (let at = events.length - 1; at >= settled && events[at]!.sequence > sequence; at--) {
          const event = events[at]!
          if (event.list === list && (kind === undefined || event.kind === kind)) count -= event.by
        }
        return count
      }
      return {
        places: (owner, relation) => listIn(adds, owner, relation)?.length ?? 0,
        addedAt: (owner, relation, place) => listIn(adds, owner, relation)?.at(place, shown()),
        added(owner, relation) {
          const list = listIn(adds, owner, relation)
          return Array.from({ length: list?.length ?? 0 }, (_, place) => list?.at(place, shown())).filter(
            target => target !== undefined,
          )
        },
        isAdded: (owner, relation, target) => isIn(adds, owner, relation, target),
        isRemoved: (owner, relation, target) => isIn(removals, owner, relation, target),
        hasRemoved: (owner, relation) => listIn(removals, owner, relation) !== undefined,
        surplus: (owner, relation, kind) =>
          countIn(listIn(adds, owner, relation), kind) - countIn(listIn(removals, owner, relation), kind),
        owners: (target, relation) =>
          many(adds.get(relation)?.owners.get(target.id)).filter(owner => isIn(adds, owner, relation, target)),
      }
    },
  }
}
