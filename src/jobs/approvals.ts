/** Operations that grant a privileged role. */
const grants: ReadonlySet<string> = new Set(['assign-role', 'assign-eligible-role', 'assign-timed-role'])

const deletes = (kind: string): boolean => kind.startsWith('delete-') || kind.startsWith('purge-')

/**
 * Whether changes of these kinds need the approval of a second person: what deletes, what grants a role, and what touches those who
 * hold a privileged one.
 */
export const needsApproval = (
  kinds: readonly string[],
  { includePrivileged }: { readonly [option: string]: unknown },
): boolean => includePrivileged === true || kinds.some(kind => grants.has(kind) || deletes(kind))

/** How long an approval is waited for. */
export const approvalMs = 7 * 24 * 60 * 60 * 1000
