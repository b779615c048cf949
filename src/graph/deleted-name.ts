/**
 * The user principal name that a deleted user holds. In the bin, the id without hyphens stands before it.
 *
 * @see https://learn.microsoft.com/graph/api/resources/directory
 */
export const nameInBin = ({
  id,
  userPrincipalName,
}: {
  readonly id: string
  readonly userPrincipalName?: unknown
}): string => {
  const name = typeof userPrincipalName === 'string' ? userPrincipalName.toLowerCase() : ''
  const prefix = id.replaceAll('-', '').toLowerCase()
  return name.startsWith(prefix) ? name.slice(prefix.length) : name
}
