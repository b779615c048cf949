/** Kinds of objects that `entrapipe export` supports. */
export const exportKinds = [
  'users',
  'groups',
  'members',
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
