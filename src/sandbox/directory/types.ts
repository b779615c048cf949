import type { Fields } from '../../core/json.ts'

/** The object types that the sandbox holds; the names of Microsoft's schema. */
export type Kind =
  | 'user'
  | 'group'
  | 'device'
  | 'application'
  | 'servicePrincipal'
  | 'orgContact'
  | 'administrativeUnit'
  | 'directoryRole'

/** An object with every property of its type that the sandbox knows (nulls included), `id` first. */
export type Entity = Fields & { readonly id: string }

/** Direct reads see a change at once (or after the replica lag); the index, which advanced queries read, later. */
export type View = 'direct' | 'index'

/** A place in an order; small JSON, survives a restart, never shown to a client unsigned. */
export type Cursor = { readonly [name: string]: string | number }

/**
 * Order and comparator: strings are compared by the UTF-16 code units of their lower case, nulls come first; equal keys
 * keep one fixed order. With order `default` and a prefix or bounds that are `fast`, objects come in that property's order.
 */
export interface Query {
  /** `default` is the order of a plain listing: by id's own rank, so it agrees with no other order. */
  readonly order: 'default' | string
  readonly descending?: boolean
  /** Only objects whose property begins with this (case-insensitive). O(log n) to find and to count where `fast` says so. */
  readonly prefix?: { readonly property: string; readonly value: string }
  /** Inclusive bounds of a date property (ISO 8601) such as `createdDateTime`. */
  readonly between?: {
    readonly property: string
    readonly from?: string
    readonly to?: string
    /** Only objects without a value; `from` and `to` then mean nothing. */
    readonly isNull?: true
  }
  /**
   * What remains of the filter after `prefix` and `between`; scanned. The entity it is given computes its properties
   * when they are read and is only valid during the call.
   */
  readonly where?: (entity: Entity) => boolean
  /** Text of `where`: counts are kept under it as long as nothing changes. Without it a count scans every time. */
  readonly whereText?: string
  readonly view: View
}

interface Slice {
  /** Each object as JSON text with just the selected properties, without `@odata.type`. */
  readonly json: readonly string[]
  /** The ids of `json`, in order. */
  readonly ids: readonly string[]
  /** Where the next slice begins; undefined at the end. A scan that used up its slice may answer few or none and a cursor. */
  readonly cursor: Cursor | undefined
}

/** All live objects of one kind, in several orders. */
export interface Collection {
  readonly kind: Kind
  /** Names of all properties that its objects have, `id` first, directory and schema extensions included. */
  readonly properties: readonly string[]
  /** Live objects; O(log n) for a prefix or bounds that are `fast`, else scanned once a generation and kept. */
  count(query: Query): number
  /** At most `limit` objects from the cursor on. O(limit) at any depth. */
  slice(query: Query, limit: number, select: readonly string[], from?: Cursor): Slice
  /** Whether a prefix or range on this property, and an order by it, need no scan. */
  fast(property: string): boolean
  get(id: string, view?: View): Entity | undefined
  /** By an alternate key: `userPrincipalName` (case-insensitive), `deviceId`, `appId`, `uniqueName`, `roleTemplateId`. */
  find(property: string, value: string, view?: View): Entity | undefined
  /** JSON text of an object with the selected properties. What an object does not have (an extension) is left out. */
  json(entity: Entity, select: readonly string[]): string
  /** The same by id, as fast as `slice`. Undefined when the object does not exist. For lists of members. */
  jsonOf(id: string, select: readonly string[], view?: View): string | undefined
  /** Whether there is such an object and it passes; cheaper than `get` (see `Query.where`). */
  matches(id: string, where: (entity: Entity) => boolean, view?: View): boolean
}

/** A link from one object to another. */
export interface Reference {
  readonly kind: Kind
  readonly id: string
}

/** Links between objects, as Graph names them. */
export type Relation = 'members' | 'owners' | 'registeredOwners' | 'registeredUsers' | 'manager'

/** One line of the change log, which delta reads. */
export interface Change {
  /** Grows by one with every change. */
  readonly sequence: number
  readonly atMs: number
  readonly kind: Kind
  readonly id: string
  readonly what: 'created' | 'updated' | 'deleted' | 'purged' | 'restored' | 'linked' | 'unlinked'
  /** Names of the properties that changed. */
  readonly properties?: readonly string[]
  readonly relation?: Relation
  readonly target?: Reference
}

/** A requested change. The caller validates it. */
export type Mutation =
  | { readonly do: 'create'; readonly kind: Kind; readonly values: Fields }
  | { readonly do: 'update'; readonly kind: Kind; readonly id: string; readonly values: Fields }
  | { readonly do: 'delete' | 'restore' | 'purge'; readonly kind: Kind; readonly id: string }
  | {
      readonly do: 'link' | 'unlink'
      readonly kind: Kind
      readonly id: string
      readonly relation: Relation
      readonly target: Reference
    }

/** Links of one object; where the next ones begin, undefined at the end. */
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
  /** Of which application (directory extension) or which schema extension it is. */
  readonly source: 'directory' | 'schema'
}

/** What became of one object, for tests: how often it was changed, and by which requests, oldest first. */
export interface Truth {
  readonly kind: Kind
  readonly id: string
  readonly state: 'live' | 'deleted' | 'purged'
  /** 0 for an object nobody has touched. */
  readonly versions: number
  readonly history: readonly {
    readonly sequence: number
    readonly atMs: number
    readonly what: Change['what']
    readonly by: string
  }[]
  readonly entity: Entity | undefined
}

/** A tenant: what Graph would know of it, without permissions, pages and quotas. */
export interface Directory {
  readonly tenantId: string
  readonly domain: string
  readonly seed: number
  /** The sequence of the last change (0 before the first); part of what a skiptoken is. */
  readonly generation: number
  /** Virtual time: the system's unless it was moved forward through the control endpoint. */
  now(): number
  collection(kind: Kind): Collection
  /** Soft-deleted objects of a kind, newest last, with `deletedDateTime`. */
  deleted(kind: Kind): Collection
  /** The kind of a live object, whatever it is. */
  locate(id: string, view?: View): Reference | undefined
  /** Direct targets of a relation, in a fixed order. Service principals are included (the resource leaves them out). */
  related(kind: Kind, id: string, relation: Relation, limit: number, from?: number, view?: View): Links
  countRelated(kind: Kind, id: string, relation: Relation, only?: Kind, view?: View): number
  isRelated(kind: Kind, id: string, relation: Relation, target: Reference, view?: View): boolean
  /** The other way round: objects whose relation names the target (a manager's reports, a user's devices), in a fixed order. */
  relating(target: Reference, relation: Relation, view?: View): readonly Reference[]
  /** The same for a target that is gone for good: the live objects whose relation named it to the end. */
  lastOwners(target: Reference, relation: Relation): readonly Reference[]
  /** Groups, roles and units an object is directly a member of. */
  memberOf(target: Reference, view?: View): readonly Reference[]
  /** All members down nested groups, each once, cycles included; in a fixed order. Members of what is not `seen` are left out. */
  transitiveMembers(groupId: string, view?: View, seen?: (group: Reference) => boolean): Iterable<Reference>
  /** All groups, roles and units above an object; what is not `seen`, and is above it by that alone, is left out. */
  transitiveMemberOf(target: Reference, view?: View, seen?: (container: Reference) => boolean): readonly Reference[]
  readonly extensions: readonly ExtensionProperty[]
  readonly organization: Entity
  readonly domains: readonly Entity[]
  readonly subscribedSkus: readonly Entity[]
  readonly directoryRoleTemplates: readonly Entity[]
  /** App roles that service principals, groups and users hold, of live objects. */
  readonly appRoleAssignments: readonly Entity[]
  /** Delegated permissions that were consented to, of live service principals. */
  readonly oauth2PermissionGrants: readonly Entity[]
  /** Changes after a sequence, oldest first. Undefined when they have been discarded. */
  changes(after: number): readonly Change[] | undefined
  /**
   * Applies, journals (appended and flushed to a file, so a kill of the process loses none) and numbers it.
   * Throws GraphFault (404, or 400 on a key that another object has or a link that is already there) and changes nothing.
   */
  mutate(mutation: Mutation, by: string): Change
  /** Sequence of the last change that a view shows. */
  shown(view: View): number
  /** A view sees a change so much later; with `upToMs` each at its own time between the two, drawn from the seed, in order. */
  setLag(view: View, ms: number, upToMs?: number): void
  /** Forward only. */
  moveClock(ms: number): void
  /** The ledger of truth; undefined for an id nobody ever had. */
  truth(id: string): Truth | undefined
  /** Closes the journal. */
  close(): void
}

/** Who holds what of whom, without names: these change. */
export interface Grants {
  readonly appRoles: readonly {
    readonly principal: Reference
    readonly resource: Reference
    readonly appRoleId: string
  }[]
  /** Clients of Microsoft Graph to whom an administrator consented for everyone. */
  readonly consents: readonly { readonly client: Reference; readonly resource: Reference; readonly scope: string }[]
}
