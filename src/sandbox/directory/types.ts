import type { Fields } from '../../core/json.ts'
import type { Span } from '../../odata/key-spans.ts'
import type { Assignment, AssignmentFamily, AssignmentOf } from './assignment-types.ts'
import type { Author } from './author.ts'
import type { LicenceDesk } from './licences/desk.ts'
import type { Policies } from './policies.ts'
import type { Kind, Reference } from './reference.ts'
import type { AssignmentTruth, LinkTruth, ObjectTruth } from './truth-types.ts'

export type { Author } from './author.ts'
export type { Kind, Reference } from './reference.ts'

/** An object with every property of its type that the sandbox has, including nulls, `id` first. */
export type Entity = Fields & { readonly id: string }

/**
 * Direct reads see a change immediately or after the replica lag. Advanced queries read the index, which may lag further.
 * `truth` never lags: no reply shows it, but writes are held against it.
 */
export type View = 'direct' | 'index' | 'truth'

/** A place in an order, as small JSON. Valid after a restart. Clients only get it signed. */
export type Cursor = { readonly [name: string]: string | number }

/**
 * A query with an order. Strings are compared by the UTF-16 code units of their lower case. Nulls come first. Equal keys have
 * a fixed order. With order `default` and spans of a property that is `fast`, objects come in that property's order.
 */
export interface Query {
  /** `default` is the order of a plain listing, which is independent of all other orders. */
  readonly order: 'default' | string
  readonly descending?: boolean
  /** Only objects whose property has its key (`keyOf`) in one of the disjoint spans, which are in order. O(log n) a span to find and to count if `fast`. */
  readonly within?: { readonly property: string; readonly spans: readonly Span[] }
  /**
   * The rest of the filter, without `within`. Needs a scan. The entity computes its properties when they are
   * read, and is only valid during the call.
   */
  readonly where?: (entity: Entity) => boolean
  /** Text of `where`, the cache key for counts until something changes. Without it every count scans. */
  readonly whereText?: string
  readonly view: View
}

interface Slice {
  /** Each object as JSON text with only the selected properties, without `@odata.type`. */
  readonly json: readonly string[]
  /** The ids of `json`, in order. */
  readonly ids: readonly string[]
  /** Where the next slice begins; undefined at the end. A scan that reaches its limit may return few or no objects with a cursor. */
  readonly cursor: Cursor | undefined
}

/** All live objects of one kind, in several orders. */
export interface Collection {
  readonly kind: Kind
  /** Names of all properties of its objects, `id` first, including directory and schema extensions. */
  readonly properties: readonly string[]
  /** Counts live objects. O(log n) for spans that are `fast`, else one scan of them per generation. */
  count(query: Query): number
  /** Returns at most `limit` objects from the cursor. O(limit) at any depth. */
  slice(query: Query, limit: number, select: readonly string[], from?: Cursor): Slice
  /** Whether spans and an order by this property need no scan. */
  fast(property: string): boolean
  get(id: string, view?: View): Entity | undefined
  /** Finds an object by an alternate key: `userPrincipalName` (ignoring case), `deviceId`, `appId`, `uniqueName`, `roleTemplateId`. */
  find(property: string, value: string, view?: View): Entity | undefined
  /** A property of an object that no reply shows (`hidden-properties.ts`). Undefined or null without a value. */
  hidden(id: string, property: string, view?: View): unknown
  /** Serialises an object with the selected properties. Properties that it does not have (extensions) are omitted. */
  json(entity: Entity, select: readonly string[]): string
  /** As `json`, by id and as fast as `slice`. Undefined if the object does not exist. For lists of members. */
  jsonOf(id: string, select: readonly string[], view?: View): string | undefined
  /** Whether the object exists and passes. Cheaper than `get` (see `Query.where`). */
  matches(id: string, where: (entity: Entity) => boolean, view?: View): boolean
}

/** Links between objects, as Graph names them. */
export type Relation = 'members' | 'owners' | 'registeredOwners' | 'registeredUsers' | 'manager'

/** One line of the change log, which delta reads. */
export interface Change {
  /** Incremented by every change. */
  readonly sequence: number
  readonly atMs: number
  readonly kind: Kind
  readonly id: string
  readonly what:
    'created' | 'updated' | 'deleted' | 'purged' | 'restored' | 'linked' | 'unlinked' | 'assigned' | 'unassigned'
  /** Names of the properties that changed. */
  readonly properties?: readonly string[]
  readonly relation?: Relation
  readonly target?: Reference
}

/** Some changes of one object, summed up. */
export interface ObjectChanges {
  /** Sequence of the first of them; undefined if there are none. */
  readonly first: number | undefined
  /** The last one of the object itself, not of its links. */
  readonly last: Change['what'] | undefined
  /** Whether the object was created or restored. */
  readonly isNew: boolean
  /** Names of the properties that changed. */
  readonly properties: ReadonlySet<string>
  /** The last change of each of its links, oldest first. They are read one by one. @param from the first sequence */
  links(from: number): Iterable<Change>
}

/** A requested change. The caller validates it. */
export type Mutation =
  | { readonly do: 'create'; readonly kind: Kind; readonly values: Fields }
  | { readonly do: 'update'; readonly kind: Kind; readonly id: string; readonly values: Fields }
  /** A `permanent` deletion skips the bin. One that `freesLicences` leaves the user in the bin without them. */
  | {
      readonly do: 'delete'
      readonly kind: Kind
      readonly id: string
      readonly permanent?: true
      readonly freesLicences?: true
    }
  | { readonly do: 'purge'; readonly kind: Kind; readonly id: string }
  /** `values` replace those that the object had. */
  | { readonly do: 'restore'; readonly kind: Kind; readonly id: string; readonly values?: Fields }
  | {
      readonly do: 'link' | 'unlink'
      readonly kind: Kind
      readonly id: string
      readonly relation: Relation
      readonly target: Reference
    }
  /** `kind` and `id` are those of the principal. What is missing in `values` is made. */
  | ({ readonly do: 'assign'; readonly values?: Fields } & AssignmentOfPrincipal)
  | ({ readonly do: 'unassign' } & AssignmentOfPrincipal)

interface AssignmentOfPrincipal extends Omit<AssignmentOf, 'principal'> {
  readonly kind: Kind
  readonly id: string
}

/** Links of one object. `cursor` says where the next ones begin; undefined at the end. */
interface Links {
  readonly references: readonly Reference[]
  readonly cursor: number | undefined
}

/** A property that is not in Microsoft's schema: `extension_<appId>_name` or a schema extension. */
interface ExtensionProperty {
  readonly kind: Kind
  readonly name: string
  /** A type name of Microsoft's schema, or `Complex`. */
  readonly type: string
  /** The members of a schema extension, with their types. */
  readonly members?: Readonly<Record<string, string>>
  /** Whether it is a directory extension or a schema extension. */
  readonly source: 'directory' | 'schema'
}

/** The history of one object, for tests: its changes, and the requests that made them, oldest first. */
export interface Truth {
  readonly kind: Kind
  readonly id: string
  readonly state: 'live' | 'deleted' | 'purged'
  /** 0 for an unchanged object. */
  readonly versions: number
  readonly history: readonly {
    readonly sequence: number
    readonly atMs: number
    readonly what: Change['what']
    /** `request-id` of the attempt. */
    readonly by: string
    readonly relation?: Relation
    readonly target?: Reference
  }[]
  readonly entity: Entity | undefined
}

/** The data of a tenant, without permissions, pages and quotas. */
export interface Directory {
  readonly tenantId: string
  readonly domain: string
  readonly seed: number
  /** The sequence of the last change, 0 before the first. Part of a skiptoken. */
  readonly generation: number
  /** Virtual time in milliseconds: the clock's time, plus what the control endpoint added. */
  now(): number
  collection(kind: Kind): Collection
  /** Soft-deleted objects of a kind, newest last, with `deletedDateTime`. */
  deleted(kind: Kind): Collection
  /** Finds a live object of any kind. */
  locate(id: string, view?: View): Reference | undefined
  /** Direct targets of a relation, in a fixed order. Includes service principals, which the resource omits. */
  related(kind: Kind, id: string, relation: Relation, limit: number, from?: number, view?: View): Links
  countRelated(kind: Kind, id: string, relation: Relation, only?: Kind, view?: View): number
  isRelated(kind: Kind, id: string, relation: Relation, target: Reference, view?: View): boolean
  /** As `isRelated`, also for an object in the bin, which keeps its links for when it is restored. */
  keepsLink(of: Reference, relation: Relation, target: Reference): boolean
  /** The reverse: objects with a link to the target (a manager's reports, a user's devices), in a fixed order. */
  relating(target: Reference, relation: Relation, view?: View): readonly Reference[]
  /** As `relating`, for a deleted or purged target: the live objects that had a link to it to the end. Also finds those of a live one. */
  lastOwners(target: Reference, relation: Relation): readonly Reference[]
  /** Groups, roles and units of which an object is a direct member. */
  memberOf(target: Reference, view?: View): readonly Reference[]
  /** All members, including those of nested groups, each once, in a fixed order. Handles cycles. Skips groups for which `seen` is false. */
  transitiveMembers(groupId: string, view?: View, seen?: (group: Reference) => boolean): Iterable<Reference>
  /** All groups, roles and units that contain an object directly or indirectly. Skips those for which `seen` is false, and what only these lead to. */
  transitiveMemberOf(target: Reference, view?: View, seen?: (container: Reference) => boolean): readonly Reference[]
  readonly extensions: readonly ExtensionProperty[]
  readonly licences: LicenceDesk
  readonly policies: Policies
  readonly organization: Entity
  readonly domains: readonly Entity[]
  readonly subscribedSkus: readonly Entity[]
  readonly directoryRoleTemplates: readonly Entity[]
  /** Assignments of live principals: of a family, or those of one principal or of one role. App roles only of live resources. */
  assignments(
    wanted: { readonly family: AssignmentFamily; readonly principal?: string; readonly of?: string },
    view?: View,
  ): readonly Assignment[]
  /** The assignment of a principal, if it has it. */
  assignment(of: AssignmentOf, view?: View): Assignment | undefined
  /** Delegated permissions with consent, of live service principals. */
  readonly oauth2PermissionGrants: readonly Entity[]
  /** Changes after a sequence, oldest first. Undefined when they have been discarded. */
  changes(after: number): readonly Change[] | undefined
  /**
   * The first change after a sequence of each object that was changed after it: at most `limit` of those from the sequence `from` on, oldest
   * first. Undefined when they have been discarded.
   */
  firstChanges(after: number, from: number, limit: number): readonly Change[] | undefined
  /** The changes of an object after a sequence, up to and including another. */
  changesOf(id: string, after: number, until: number): ObjectChanges
  /** Purges after a sequence, oldest first. */
  purges(after: number): readonly Change[]
  /** The id that the next change would give a created object. For a creation and its links in one commit. */
  freshId(): string
  /**
   * Journals, numbers and applies changes, all or none. Each is checked against the directory with the earlier ones. They are one
   * entry of the journal, written before any of them shows, so killing the process loses no change and leaves none half made.
   * Throws GraphFault and changes nothing on 404, and on 400 for a key that another object has or a link that already exists.
   */
  commit(mutations: readonly Mutation[], by: Author): readonly Change[]
  /** Sequence of the last change that a view shows. */
  shown(view: View): number
  /** Sets the lag of a view. With `upToMs` each change has its own lag between `ms` and `upToMs`, derived from the seed, in order. */
  setLag(view: View, ms: number, upToMs?: number): void
  /** The longest lag that a change may have now, of all views, in milliseconds. */
  readonly lagBound: number
  /** Moves the clock forward. */
  moveClock(ms: number): void
  /** What happened to each object of a kind that was created, updated, deleted, restored or purged. */
  truthOf(kind: Kind): Iterable<ObjectTruth>
  /** What happened to each link of an object that was added or removed. */
  linkTruth(kind: Kind, id: string, relation: Relation): Iterable<LinkTruth>
  /** What happened to each assignment of a family, or of one role, that was made or removed. */
  assignmentTruth(family: AssignmentFamily, of?: string): Iterable<AssignmentTruth>
  /** Returns the history of an object; undefined for an id that never existed. */
  truth(id: string): Truth | undefined
  /** Closes the journal. */
  close(): void
}
