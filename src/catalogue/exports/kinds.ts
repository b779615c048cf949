/** Kinds whose rows are pairs of objects: what belongs to each of many. */
export const relationKinds = [
  'memberships',
  'owners',
  'registered-owners',
  'groups-of',
  'app-role-assignments',
  'managers',
  'licenses',
  'role-assignments',
] as const
/** One of `relationKinds`. */
export type RelationKind = (typeof relationKinds)[number]

/** Kinds of objects that `entrapipe export` supports. */
export const exportKinds = [
  'users',
  'groups',
  'members',
  ...relationKinds,
  'devices',
  'deleted-users',
  'deleted-groups',
  'deleted-applications',
  'deleted-service-principals',
  'skus',
  'applications',
  'service-principals',
  'graph',
] as const
/** One of `exportKinds`. */
export type ExportKind = (typeof exportKinds)[number]
