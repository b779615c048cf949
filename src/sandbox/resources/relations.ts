import type { Directory, Kind, Links, Reference, Relation, View } from '../directory/types.ts'

/** What belongs to an object, by the name it has in paths. */
export type RelationName =
  | Relation
  | 'memberOf'
  | 'transitiveMemberOf'
  | 'transitiveMembers'
  | 'directReports'
  | 'ownedObjects'
  | 'membersWithLicenseErrors'
  | 'ownedDevices'
  | 'registeredDevices'

/** References in one fixed order, a page at a time, so that a page costs a page. */
export interface References {
  take(limit: number, from: number): Links
  /** How many of one kind, or in all, without reading them; absent where that takes reading. */
  count?(only?: Kind): number
}

const ofList = (list: readonly Reference[]): References => ({
  take: (limit, from) => ({
    references: list.slice(from, from + limit),
    cursor: from + limit < list.length ? from + limit : undefined,
  }),
  count: only => (only === undefined ? list.length : list.filter(({ kind }) => kind === only).length),
})

/** Reads a relation of an object as a view shows it. */
export type Relations = (owner: Reference, relation: RelationName, view: View) => References

/** Reads a relation of an object. Transitive members of one group are walked on from where the last page stopped. */
export const createRelations = (directory: Directory): Relations => {
  const walk = createWalks(directory)
  return (owner, relation, view) => {
    switch (relation) {
      case 'memberOf':
        return ofList(directory.memberOf(owner, view))
      case 'transitiveMemberOf':
        return ofList(directory.transitiveMemberOf(owner, view))
      case 'transitiveMembers':
        return { take: (limit, from) => walk(owner.id, limit, from, view) }
      case 'directReports':
        return ofList(directory.relating(owner, 'manager', view))
      case 'ownedObjects':
        return ofList(directory.relating(owner, 'owners', view))
      // The error states of group-based licensing come with its writes: until then nobody has one.
      case 'membersWithLicenseErrors':
        return ofList([])
      case 'ownedDevices':
        return ofList(directory.relating(owner, 'registeredOwners', view))
      case 'registeredDevices':
        return ofList(directory.relating(owner, 'registeredUsers', view))
      default:
        return {
          take: (limit, from) => directory.related(owner.kind, owner.id, relation, limit, from, view),
          count: only => directory.countRelated(owner.kind, owner.id, relation, only, view),
        }
    }
  }
}

/** Graph v1.0 leaves service principals out of the members of groups (a known issue that it names). */
export const shownIn = (owner: Kind, relation: RelationName): ((reference: Reference) => boolean) =>
  owner === 'group' && (relation === 'members' || relation === 'transitiveMembers')
    ? ({ kind }) => kind !== 'servicePrincipal'
    : () => true

/** All references, in order. */
export function* everyOne(references: References): Iterable<Reference> {
  for (let from: number | undefined = 0; from !== undefined;) {
    const links = references.take(1_000, from)
    yield* links.references
    from = links.cursor
  }
}

interface Walk {
  readonly key: string
  at: number
  /** Read ahead by one, so that the last page knows that it is. */
  next: IteratorResult<Reference>
  readonly rest: Iterator<Reference>
}

const keptWalks = 8

/** The next page of a walk goes on with its iterator; any other page begins the walk again. */
const createWalks = (directory: Directory) => {
  const walks: Walk[] = []
  const begin = (groupId: string, view: View, key: string): Walk => {
    const rest = directory.transitiveMembers(groupId, view)[Symbol.iterator]()
    return { key, at: 0, next: rest.next(), rest }
  }
  return (groupId: string, limit: number, from: number, view: View): Links => {
    const key = `${groupId}/${view}/${directory.generation}`
    const index = walks.findIndex(walk => walk.key === key && walk.at === from)
    const walk = (index < 0 ? undefined : walks.splice(index, 1)[0]) ?? begin(groupId, view, key)
    const references: Reference[] = []
    for (; !walk.next.done && walk.at < from + limit; walk.next = walk.rest.next()) {
      if (walk.at >= from) references.push(walk.next.value)
      walk.at++
    }
    if (walk.next.done) return { references, cursor: undefined }
    walks.unshift(walk)
    walks.length = Math.min(walks.length, keptWalks)
    return { references, cursor: walk.at }
  }
}
