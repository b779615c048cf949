import type { Reference, Relation } from './types.ts'

/** Links that were added to the synthetic ones or removed from them. */
export interface LinkOverlay {
  /** In the order in which they were added. */
  added(owner: Reference, relation: Relation): readonly Reference[]
  isAdded(owner: Reference, relation: Relation, target: Reference): boolean
  isRemoved(owner: Reference, relation: Relation, target: Reference): boolean
  removed(owner: Reference, relation: Relation): readonly Reference[]
  /** Owners of added links to the target. */
  owners(target: Reference, relation: Relation): readonly Reference[]
  /** Adds or removes a link. `isBase` says whether the link is synthetic. */
  set(owner: Reference, relation: Relation, target: Reference, isThere: boolean, isBase: boolean): void
  clone(): LinkOverlay
}

type Links = Map<string, Map<string, Reference>>

const keyOf = ({ id }: Reference, relation: Relation): string => `${id}/${relation}`
const put = (links: Links, key: string, reference: Reference): void => {
  const found = links.get(key)
  if (found) found.set(reference.id, reference)
  else links.set(key, new Map([[reference.id, reference]]))
}
const take = (links: Links, key: string, id: string): void => {
  const found = links.get(key)
  found?.delete(id)
  if (found?.size === 0) links.delete(key)
}
const copy = (links: Links): Links => new Map([...links].map(([key, found]) => [key, new Map(found)]))
const list = (links: Links, key: string): readonly Reference[] => [...(links.get(key)?.values() ?? [])]

/** Creates an overlay, empty by default. */
export const linkOverlay = (
  adds: Links = new Map(),
  removals: Links = new Map(),
  owners: Links = new Map(),
): LinkOverlay => ({
  added: (owner, relation) => list(adds, keyOf(owner, relation)),
  isAdded: (owner, relation, target) => adds.get(keyOf(owner, relation))?.has(target.id) ?? false,
  isRemoved: (owner, relation, target) => removals.get(keyOf(owner, relation))?.has(target.id) ?? false,
  removed: (owner, relation) => list(removals, keyOf(owner, relation)),
  owners: (target, relation) => list(owners, keyOf(target, relation)),
  set(owner, relation, target, isThere, isBase) {
    const key = keyOf(owner, relation)
    if (isBase) {
      if (isThere) take(removals, key, target.id)
      else put(removals, key, target)
    } else if (isThere) {
      put(adds, key, target)
      put(owners, keyOf(target, relation), owner)
    } else {
      take(adds, key, target.id)
      take(owners, keyOf(target, relation), owner.id)
    }
  },
  clone: () => linkOverlay(copy(adds), copy(removals), copy(owners)),
})
