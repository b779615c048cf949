/** What is known of the changes of a kind of objects. */
interface DeltaKind {
  readonly path: string
  /** Name of the type in Microsoft's schema. */
  readonly type: string
  /**
   * Whether an entry of a changed object has all selected properties that were ever set, by Microsoft's page of the kind. The pages of
   * others promise only those that have changed.
   */
  readonly isWhole: boolean
}

/**
 * Kinds of objects whose changes can be exported, by the name of their export.
 *
 * @see https://learn.microsoft.com/graph/api/user-delta
 * @see https://learn.microsoft.com/graph/api/group-delta
 * @see https://learn.microsoft.com/graph/delta-query-overview#resource-representation-in-the-delta-query-response
 */
export const deltaKinds = {
  users: { path: '/users', type: 'user', isWhole: true },
  groups: { path: '/groups', type: 'group', isWhole: true },
  devices: { path: '/devices', type: 'device', isWhole: false },
  applications: { path: '/applications', type: 'application', isWhole: false },
  'service-principals': { path: '/servicePrincipals', type: 'servicePrincipal', isWhole: false },
} as const satisfies Readonly<Record<string, DeltaKind>>

/** One of `deltaKinds`. */
export type DeltaKindName = keyof typeof deltaKinds

/** Exports of links between objects whose changes can be exported, with the columns of a link. */
export const linkDeltaKinds = {
  memberships: ['groupId', 'memberId', 'memberType'],
  managers: ['userId', 'managerId'],
} as const

/** One of `linkDeltaKinds`. */
export type LinkDeltaKind = keyof typeof linkDeltaKinds

/** The column of a delta that says whether an object is gone: null, or why. */
export const removedColumn = 'removed'

/** The columns of an object in a delta, before `removedColumn`: its id, then the others. */
export const objectColumns = (select: readonly string[]): readonly string[] => [
  'id',
  ...select.filter(name => name !== 'id'),
]

/** How long Graph keeps a link to the changes. @see https://learn.microsoft.com/graph/delta-query-overview#token-duration */
export const deltaLinkLifeDays = 7
