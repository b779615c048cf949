import type { BaseLinks, LinkTable } from './base-links.ts'
import type { Realms, State } from './state.ts'
import type { Directory, Kind, Reference, Relation, View } from './types.ts'

/** The part of a directory that reads links. */
type LinkReads = Pick<
  Directory,
  | 'related'
  | 'countRelated'
  | 'isRelated'
  | 'keepsLink'
  | 'relating'
  | 'lastOwners'
  | 'memberOf'
  | 'transitiveMembers'
  | 'transitiveMemberOf'
>

interface LinkOptions {
  readonly table: LinkTable
  readonly realms: Realms
  readonly stateOf: (view: View) => State
}

/** Whether an object of any kind exists. */
export const isLive = (realms: Realms, state: State, { kind, id }: Reference): boolean => {
  const overlay = state.live(kind)
  if (overlay.version(id)) return true
  const rank = realms[kind].population.rankOf(id)
  return rank !== undefined && !overlay.isMasked(rank)
}

/** Whether the synthetic directory has the link. */
export const hasBaseLink = (
  table: LinkTable,
  realms: Realms,
  owner: Reference,
  relation: Relation,
  target: Reference,
): boolean => {
  const from = realms[owner.kind].population.rankOf(owner.id)
  const to = realms[target.kind].population.rankOf(target.id)
  if (from === undefined || to === undefined) return false
  return table.some(
    links =>
      links.owner === owner.kind &&
      links.relation === relation &&
      links.target === target.kind &&
      links.layer.has(from, to),
  )
}

/**
 * Reads links: the computed ones without the removed ones, then the added ones. A cursor counts places in that row,
 * including removed ones, so that it stays valid while links change. Deleted objects are in no list until they are restored.
 */
export const linkReads = ({ table, realms, stateOf }: LinkOptions): LinkReads => {
  const tableOf = (owner: Kind, relation: Relation): readonly BaseLinks[] =>
    table.filter(links => links.owner === owner && links.relation === relation)
  const rankOf = ({ kind, id }: Reference): number | undefined => realms[kind].population.rankOf(id)

  const related: LinkReads['related'] = (kind, id, relation, limit, from = 0, view = 'direct') => {
    const state = stateOf(view)
    const owner: Reference = { kind, id }
    if (!isLive(realms, state, owner)) return { references: [], cursor: undefined }
    const references: Reference[] = []
    const rank = rankOf(owner)
    let at = from
    let before = 0
    if (rank !== undefined)
      for (const { target, layer } of tableOf(kind, relation)) {
        const size = layer.size(rank)
        const { population } = realms[target]
        const unchanged = !state.live(target).hasChanges && !state.links.hasRemoved(owner, relation)
        while (at < before + size && references.length < limit) {
          const ranks = layer.list(rank, at - before, limit - references.length)
          if (ranks.length === 0) throw new RangeError(`Expected ${size} ${relation} of ${id}, got fewer`)
          for (const each of ranks) {
            const reference = { kind: target, id: population.idOf(each) }
            if (unchanged || (!state.links.isRemoved(owner, relation, reference) && isLive(realms, state, reference)))
              references.push(reference)
          }
          at += ranks.length
        }
        before += size
      }
    const end = before + state.links.places(owner, relation)
    while (at < end && references.length < limit) {
      const reference = state.links.addedAt(owner, relation, at - before)
      if (reference && isLive(realms, state, reference)) references.push(reference)
      at++
    }
    return { references, cursor: at < end ? at : undefined }
  }

  const countRelated: LinkReads['countRelated'] = (kind, id, relation, only, view = 'direct') => {
    const state = stateOf(view)
    const owner: Reference = { kind, id }
    if (!isLive(realms, state, owner)) return 0
    const wanted = (target: Kind): boolean => only === undefined || target === only
    let count = state.links.surplus(owner, relation, only)
    const rank = rankOf(owner)
    if (rank === undefined) return count
    for (const { target, layer } of tableOf(kind, relation)) {
      if (!wanted(target)) continue
      count += layer.size(rank)
      for (const gone of state.live(target).goneRanks()) if (layer.has(rank, gone)) count--
    }
    return count
  }

  const hasLink = (state: State, owner: Reference, relation: Relation, target: Reference): boolean => {
    if (!isLive(realms, state, target)) return false
    if (state.links.isAdded(owner, relation, target)) return true
    return !state.links.isRemoved(owner, relation, target) && hasBaseLink(table, realms, owner, relation, target)
  }
  const isRelated: LinkReads['isRelated'] = (kind, id, relation, target, view = 'direct') => {
    const state = stateOf(view)
    return isLive(realms, state, { kind, id }) && hasLink(state, { kind, id }, relation, target)
  }

  const ownersOf = (state: State, target: Reference, relation: Relation): readonly Reference[] => {
    const rank = rankOf(target)
    const byFormula =
      rank === undefined
        ? []
        : table
            .filter(links => links.relation === relation && links.target === target.kind)
            .flatMap(({ owner, layer }) =>
              layer.ownersOf(rank).map(each => ({ kind: owner, id: realms[owner].population.idOf(each) })),
            )
            .filter(owner => !state.links.isRemoved(owner, relation, target))
    return [...byFormula, ...state.links.owners(target, relation)].filter(owner => isLive(realms, state, owner))
  }
  const relating: LinkReads['relating'] = (target, relation, view = 'direct') => {
    const state = stateOf(view)
    return isLive(realms, state, target) ? ownersOf(state, target, relation) : []
  }
  const memberOf: LinkReads['memberOf'] = (target, view) => relating(target, 'members', view)

  return {
    related,
    countRelated,
    isRelated,
    keepsLink: (owner, relation, target) => hasLink(stateOf('direct'), owner, relation, target),
    relating,
    lastOwners: (target, relation) => ownersOf(stateOf('direct'), target, relation),
    memberOf,
    *transitiveMembers(groupId, view, seen = () => true) {
      const groups = [groupId]
      const walked: string[] = []
      for (const group of groups) {
        if (!seen({ kind: 'group', id: group })) continue
        const earlier = [...walked]
        walked.push(group)
        for (let from: number | undefined = 0; from !== undefined;) {
          const { references, cursor } = related('group', group, 'members', 1000, from, view)
          for (const reference of references) {
            if (reference.id === groupId) continue
            if (reference.kind === 'group') {
              if (groups.includes(reference.id)) continue
              groups.push(reference.id)
            } else if (earlier.some(other => isRelated('group', other, 'members', reference, view))) continue
            yield reference
          }
          from = cursor
        }
      }
    },
    transitiveMemberOf(target, view, seen = () => true) {
      const found = memberOf(target, view).filter(seen)
      const known = new Set([target.id, ...found.map(({ id }) => id)])
      for (let index = 0; index < found.length; index++) {
        const next = found[index] as Reference
        if (next.kind !== 'group') continue
        for (const above of memberOf(next, view)) {
          if (known.has(above.id) || !seen(above)) continue
          known.add(above.id)
          found.push(above)
        }
      }
      return found
    },
  }
}
