/** The types that a member of a group can have. */
export const memberTypes = ['user', 'group', 'device', 'servicePrincipal', 'orgContact'] as const
/** One of `memberTypes`. */
export type MemberType = (typeof memberTypes)[number]
