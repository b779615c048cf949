import type { Cursor, Directory, Kind, Reference, Relation, View } from '../directory/types.ts'
import type { MemberSight } from './member-sight.ts'
import { pageIn, placeAfter, placeIn } from './place.ts'

/** Relations of an object, named as in paths. */
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

/** Whether a relation returns members of a group, a unit or a role, direct or transitive. */
export const isOfMembers = (relation: RelationName): boolean =>
  relation === 'members' || relation === 'transitiveMembers'

/** Some references, and the position of the next ones. */
interface Taken {
  readonly references: readonly Reference[]
  readonly cursor: Cursor | undefined
}

/** References in a fixed order, read page by page. Reading a page costs a page. A reference that exists throughout is in one of the pages. */
export interface References {
  take(limit: number, from: Cursor | undefined): Taken
  /** Counts all references, or those of one kind, without reading them. Absent if counting requires reading. */
  count?(only?: Kind): number
}

const ofList = (list: readonly Reference[]): References => ({
  take(limit, from) {
    const { items, cursor } = pageIn(list, limit, from)
    return { references: items, cursor }
  },
  count: only => (only === undefined ? list.length : list.filter(({ kind }) => kind === only).length),
})

/** Reads a relation of an object in a view. */
export type Relations = (owner: Reference, relation: RelationName, view: View) => References

/**
 * Creates a reader of relations that omits memberships hidden from the caller. The walk through the transitive members of a
 * group continues where the last page stopped.
 */
export const createRelations = (directory: Directory): ((sight: MemberSight) => Relations) => {
  const walk = createWalks(directory)
  return sight => (owner, relation, view) => {
    if (relation === 'members' && !sight.of(owner)) return ofList([])
    switch (relation) {
      case 'memberOf':
        return ofList(directory.memberOf(owner, view).filter(sight.of))
      case 'transitiveMemberOf':
        return ofList(directory.transitiveMemberOf(owner, view, sight.of))
      case 'transitiveMembers':
        return { take: (limit, from) => walk(owner.id, limit, from, view, sight) }
      case 'directReports':
        return ofList(directory.relating(owner, 'manager', view))
      case 'ownedObjects':
        return ofList(directory.relating(owner, 'owners', view))
      case 'membersWithLicenseErrors':
        return {
          take(limit, from) {
            const { ids, next } = directory.licences.withErrors(owner.id, limit, Number(from?.['n'] ?? 0))
            return {
              references: ids.map(id => ({ kind: 'user', id })),
              cursor: next === undefined ? undefined : { n: next },
            }
          },
        }
      case 'ownedDevices':
        return ofList(directory.relating(owner, 'registeredOwners', view))
      case 'registeredDevices':
        return ofList(directory.relating(owner, 'registeredUsers', view))
      default:
        return {
          take(limit, from) {
            const at = Number(from?.['n'] ?? 0)
            const { references, cursor } = directory.related(owner.kind, owner.id, relation, limit, at, view)
            return { references, cursor: cursor === undefined ? undefined : { n: cursor } }
          },
          count: only => directory.countRelated(owner.kind, owner.id, relation, only, view),
        }
    }
  }
}

/**
 * Graph v1.0 omits service principals from the members (a documented known issue) and owners of groups.
 *
 * @see https://learn.microsoft.com/graph/api/group-list-members
 * @see https://learn.microsoft.com/graph/api/group-list-owners
 */
export const shownIn = (owner: Kind, relation: RelationName): ((reference: Reference) => boolean) =>
  owner === 'group' && withoutServicePrincipals.has(relation) ? ({ kind }) => kind !== 'servicePrincipal' : () => true

const withoutServicePrincipals: ReadonlySet<RelationName> = new Set(['members', 'transitiveMembers', 'owners'])

/** Yields all references, in order. */
export function* everyOne(references: References): Iterable<Reference> {
  let from: Cursor | undefined
  do {
    const taken = references.take(1_000, from)
    yield* taken.references
    from = taken.cursor
  } while (from)
}

interface Walk {
  readonly key: string
  /** The position where it stopped, as JSON text. */
  readonly at: string
  /** Read one ahead, to recognise the last page. */
  readonly next: IteratorResult<Reference>
  readonly rest: Iterator<Reference>
}

const keptWalks = 8

/** The next page of a walk reuses its iterator. Any other page starts a new walk and skips to its position. */
const createWalks = (directory: Directory) => {
  const walks: Walk[] = []
  const begin = (groupId: string, view: View, sight: MemberSight, from: Cursor | undefined): Walk['rest'] => {
    const all = directory.transitiveMembers(groupId, view, sight.of)
    if (!from) return all[Symbol.iterator]()
    const list = [...all]
    return list.slice(placeIn(list, from)).values()
  }
  return (groupId: string, limit: number, from: Cursor | undefined, view: View, sight: MemberSight): Taken => {
    const key = `${groupId}/${view}/${sight.all}/${directory.generation}`
    const at = JSON.stringify(from)
    const index = walks.findIndex(walk => walk.key === key && walk.at === at)
    const kept = index < 0 ? undefined : walks.splice(index, 1)[0]
    const rest = kept?.rest ?? begin(groupId, view, sight, from)
    let next = kept?.next ?? rest.next()
    const references: Reference[] = []
    for (; !next.done && references.length < limit; next = rest.next()) references.push(next.value)
    if (next.done) return { references, cursor: undefined }
    const { last } = placeAfter(references, references.length)
    const cursor = { n: Number(from?.['n'] ?? 0) + references.length, last: last! }
    walks.unshift({ key, at: JSON.stringify(cursor), next, rest })
    walks.length = Math.min(walks.length, keptWalks)
    return { references, cursor }
  }
}
