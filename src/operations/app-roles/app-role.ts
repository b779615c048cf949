import { isGuid } from '../../core/guid.ts'
import { joined } from '../../core/joined.ts'
import type { Finding, Values } from '../../core/operation.ts'
import type { Assigned } from '../assignments/verdicts.ts'
import type { Seen } from '../objects/read-each.ts'

/** An app role of a resource for a principal. */
export interface AppRoleRow extends Assigned {
  /** Id of the service principal that has the role. */
  readonly resource: string
  /** Value, display name or id of the role. */
  readonly role: string
}

/** What was read of an assignment before it is changed. */
export interface AppRoleBefore extends Values {
  readonly assigned: boolean
  /** Id of the assignment; null if there is none. */
  readonly assignment: string | null
  /** Id of the role. */
  readonly role: string
}

/** The role of an assignment without a specific role. @see https://learn.microsoft.com/graph/api/resources/approleassignment */
export const noRole = '00000000-0000-0000-0000-000000000000'

/** The portal's words for it. @see https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal */
const defaultAccess = 'Default Access'

/** Types of principals, with where each is read alone and its name in `allowedMemberTypes`. Groups get the roles of people. */
export const principalTypes: Readonly<Record<string, { readonly set: string; readonly member: string }>> = {
  user: { set: 'users', member: 'User' },
  group: { set: 'groups', member: 'User' },
  servicePrincipal: { set: 'servicePrincipals', member: 'Application' },
}

interface Declared {
  readonly id: string
  readonly value: string | null
  readonly displayName: string | null
  readonly isEnabled: boolean
  readonly allowedMemberTypes: readonly string[]
}

const declaredBy = (resource: Seen): readonly Declared[] =>
  Array.isArray(resource['appRoles']) ? (resource['appRoles'] as unknown as readonly Declared[]) : []

const same = (one: string | null, other: string): boolean => one?.toLowerCase() === other.toLowerCase()

const failed = (code: string, message: string, fix: string): Finding => ({ outcome: 'failed', code, message, fix })

/** Names that a message lists. */
const most = 12

const listed = (roles: readonly Declared[]): string =>
  roles.length === 0
    ? 'It declares none.'
    : `Its roles are ${joined(roles.slice(0, most).map(({ value, displayName, id }) => value ?? displayName ?? id))}${roles.length > most ? ' …' : ''}.`

/** The id of the role that a row names, or why there is none. */
export const roleIdOf = (resource: Seen, role: string): string | Finding => {
  if (same(role, noRole)) return noRole
  const name = String(resource['displayName'] ?? resource.id)
  const all = declaredBy(resource)
  for (const property of ['id', 'value', 'displayName'] as const) {
    const [first, second] = all.filter(one => same(one[property], role))
    if (first && second)
      return failed(
        'ROLE_AMBIGUOUS',
        `${name} has several app roles called ${role}.`,
        'Use the value or the id of the role.',
      )
    if (first) return first.id.toLowerCase()
  }
  if (same(defaultAccess, role)) return noRole
  // A role that is no longer declared may still be assigned.
  if (isGuid(role)) return role.toLowerCase()
  return failed('ROLE_UNKNOWN', `${name} has no app role ${role}. ${listed(all)}`, 'Correct the role.')
}

/** Why the role cannot be assigned to a principal of this type; undefined if it can. */
export const misfitRole = (resource: Seen, role: string, type: string): Finding | undefined => {
  const name = String(resource['displayName'] ?? resource.id)
  const member = principalTypes[type]?.member
  const all = declaredBy(resource)
  const open = all.filter(one => one.isEnabled && (member === undefined || one.allowedMemberTypes.includes(member)))
  if (role === noRole)
    return open.length === 0
      ? undefined
      : failed('ROLE_REQUIRED', `${name} has app roles, and the row names none. ${listed(open)}`, 'Name the role.')
  const found = all.find(({ id }) => same(id, role))
  if (!found) return failed('ROLE_UNKNOWN', `${name} has no app role ${role}. ${listed(open)}`, 'Correct the role.')
  const called = found.value ?? found.displayName ?? found.id
  if (!found.isEnabled)
    return failed(
      'ROLE_DISABLED',
      `The app role ${called} of ${name} is disabled.`,
      'Use another role, or enable it in the app registration.',
    )
  if (open.includes(found)) return undefined
  return failed(
    'TYPE_NOT_ALLOWED',
    `The app role ${called} of ${name} is not for objects of type ${type}.`,
    `Use an object of another type, or another role. ${listed(open)}`,
  )
}
