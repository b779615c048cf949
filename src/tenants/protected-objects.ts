import { isGuid } from '../core/guid.ts'
import { EntrapipeError, isCode } from '../core/errors.ts'
import { privilegedRoles, synchronizationRole } from '../data/privileged-roles.ts'
import { allPages, nestedMembers } from './members-of.ts'
import {
  assignableGroups,
  privilegedCustomRoles,
  roleDefinitions,
  roleHolders,
  type RoleReading,
} from './role-holders.ts'

/** Objects that must not be touched. Names are user principal names, display names, or ids. */
export interface Protect {
  readonly users?: readonly string[]
  /** A group, and its direct and indirect members. */
  readonly groups?: readonly string[]
  /** The holders of a role, by its name or template id. */
  readonly roles?: readonly string[]
}

/** Options of `protectedObjects`. */
interface ProtectedOptions extends RoleReading {
  /** Object id of the person or the app that signed in. */
  readonly ownId: string | undefined
  /** Whether holders of privileged roles may be touched. @default false */
  readonly includePrivileged?: boolean | undefined
  readonly protect?: Protect | undefined
}

interface Named {
  readonly id: string
  readonly displayName?: string
  readonly userPrincipalName?: string
}

/** Why an object is protected. */
export interface Reason {
  /** A sentence without its subject. */
  readonly why: string
  /** Whether `includePrivileged` lets it be touched. */
  readonly isLifted: boolean
}

/** What must not be touched. */
interface ProtectedObjects {
  /** By the object's id in lower case. */
  readonly reasons: ReadonlyMap<string, Reason>
  /** Names of the privileged roles by id in lower case. While they cannot be read, those of the directory itself are missing. */
  readonly roles: ReadonlyMap<string, string>
  /** Why the holders of privileged roles are missing; undefined if they are not. */
  readonly unread: EntrapipeError | undefined
}

const builtInRoles: ReadonlyMap<string, string> = new Map([
  ...Object.entries(privilegedRoles),
  [synchronizationRole, 'Directory Synchronization Accounts'],
])

const same = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase()
const quoted = (text: string): string => encodeURIComponent(`'${text.replaceAll("'", "''")}'`)

/**
 * Finds the protected objects: the identity that signed in, what the configuration protects, the holders of privileged roles (active,
 * eligible, or through a group), and the accounts that synchronize Active Directory. A group that can be given roles is one of them, whether
 * it holds one or not.
 *
 * @throws EntrapipeError `NOT_PERMITTED` if something that the configuration protects cannot be read, `CONFIG_INVALID` for a name
 *   in the configuration that the directory does not have
 */
export const protectedObjects = async (options: ProtectedOptions): Promise<ProtectedObjects> => {
  const reasons = new Map<string, Reason>()
  const add = (id: string, why: string, isLifted = false): void => {
    if (!reasons.has(id.toLowerCase())) reasons.set(id.toLowerCase(), { why, isLifted })
  }
  if (options.ownId) add(options.ownId, 'it is the identity that signed in')
  await addConfigured(options, add)
  if (options.includePrivileged) return { reasons, roles: new Map(), unread: undefined }
  try {
    const roles = new Map([...builtInRoles, ...(await privilegedCustomRoles(options))])
    const groups = await assignableGroups(options)
    for (const { id, why } of await roleHolders(options, roles, groups)) add(id, why, true)
    for (const { id } of groups) add(id, 'roles can be assigned to it', true)
    return { reasons, roles, unread: undefined }
  } catch (error) {
    if (!isCode(error, 'NOT_PERMITTED')) throw error
    return { reasons, roles: builtInRoles, unread: unreadable(error) }
  }
}

const unreadable = (cause: EntrapipeError): EntrapipeError =>
  new EntrapipeError(
    'NOT_PERMITTED',
    'The holders of privileged roles cannot be read, so they cannot be protected. Nothing was sent.',
    {
      cause,
      facts: cause.facts,
      fix: 'Give the app RoleManagement.Read.Directory, Group.ReadBasic.All and GroupMember.ReadBasic.All with admin consent, or add --include-privileged to change them too.',
    },
  )

const addConfigured = async (options: ProtectedOptions, add: (id: string, why: string) => void): Promise<void> => {
  const { users = [], groups = [], roles = [] } = options.protect ?? {}
  for (const name of users)
    add((await findOne(options, '/users', 'userPrincipalName', name)).id, 'the configuration protects it')
  const found: Named[] = []
  for (const name of groups) found.push(await findOne(options, '/groups', 'displayName', name))
  const members = await nestedMembers(
    options,
    found.map(({ id }) => id),
  )
  for (const [at, { id, displayName = id }] of found.entries()) {
    add(id, 'the configuration protects it')
    for (const member of members[at]!) add(member, `the configuration protects the members of ${displayName}`)
  }
  if (roles.length === 0) return
  const holders = await roleHolders(options, await configuredRoles(options, roles))
  for (const { id, why } of holders) add(id, `${why}, which the configuration protects`)
}

const configuredRoles = async (
  options: ProtectedOptions,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const all = await roleDefinitions(options)
  return new Map(
    names.map(name => {
      const role = all.find(({ id, displayName }) => same(id, name) || same(displayName, name))
      if (!role) throw unknown('role', name, options)
      return [role.id.toLowerCase(), role.displayName ?? role.id] as const
    }),
  )
}

const unknown = (what: string, name: string, { graph }: ProtectedOptions): EntrapipeError =>
  new EntrapipeError(
    'CONFIG_INVALID',
    `The configuration protects the ${what} ${name}, and the tenant ${graph.tenant.name} has none with that name.`,
    { fix: 'Correct protect in the configuration of the tenant.' },
  )

const findOne = async (options: ProtectedOptions, path: string, property: string, name: string): Promise<Named> => {
  const by = isGuid(name) ? 'id' : property
  const [found, another] = await allPages<Named>(
    options,
    `${path}?$select=id,${property}&$top=2&$filter=${by}%20eq%20${quoted(name)}`,
  )
  if (!found || another) throw unknown(path === '/users' ? 'user' : 'group', name, options)
  return found
}
