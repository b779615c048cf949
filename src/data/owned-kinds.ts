/** What has owners. */
export const ownedKinds = ['groups', 'applications', 'service-principals'] as const
/** One of `ownedKinds`. */
export type OwnedKind = (typeof ownedKinds)[number]
