import { isGuid } from '../../core/guid.ts'

const kinds: Readonly<Record<string, string>> = {
  users: 'users',
  groups: 'groups',
  devices: 'devices',
  applications: 'applications',
  serviceprincipals: 'service-principals',
}

interface Single {
  /** What the path leads to. */
  readonly what: string
  /** The command that exports its collection. */
  readonly instead: string
}

/**
 * What a path leads to that is not a collection: one object, whose last segment is `me`, an id or a user principal name, or
 * one number. Undefined for other paths.
 */
export const singleAt = (path: string): Single | undefined => {
  const segments = path.split('/').filter(Boolean)
  const last = segments.at(-1) ?? ''
  const parent = segments.slice(0, -1)
  const kind = parent.length === 1 ? kinds[parent[0]!.toLowerCase()] : undefined
  const collection = `entrapipe export ${kind ?? `graph /${parent.join('/')}`}`
  if (last.toLowerCase() === '$count' && parent.length > 0) return { what: 'a number', instead: collection }
  if (parent.length === 0)
    return last.toLowerCase() === 'me'
      ? { what: 'one object', instead: 'entrapipe export graph /me/memberOf' }
      : undefined
  const isId = isGuid(last)
  if (!isId && !last.includes('@')) return undefined
  const property = isId ? 'id' : 'userPrincipalName'
  const filter = kind === undefined ? '' : ` --filter "${property} eq '${last.replaceAll("'", "''")}'"`
  return { what: 'one object', instead: `${collection}${filter}` }
}
