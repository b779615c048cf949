import { isGuid } from '../../tenants/tenant-names.ts'

const kinds: Readonly<Record<string, string>> = {
  users: 'users',
  groups: 'groups',
  devices: 'devices',
  applications: 'applications',
  serviceprincipals: 'service-principals',
}

/**
 * What to run in place of the export of a path that leads to one object: the export of its collection. Undefined for other
 * paths. An object's last segment is `me`, an id or a user principal name.
 */
export const insteadOfObject = (path: string): string | undefined => {
  const segments = path.split('/').filter(Boolean)
  const last = segments.at(-1) ?? ''
  if (segments.length === 1 && last.toLowerCase() === 'me') return 'entrapipe export graph /me/memberOf'
  const isId = isGuid(last)
  if (!isId && !last.includes('@')) return undefined
  const kind = segments.length === 2 ? kinds[segments[0]!.toLowerCase()] : undefined
  if (kind === undefined) return `entrapipe export graph /${segments.slice(0, -1).join('/')}`
  return `entrapipe export ${kind} --filter "${isId ? 'id' : 'userPrincipalName'} eq '${last.replaceAll("'", "''")}'"`
}
