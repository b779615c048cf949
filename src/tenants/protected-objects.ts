import { EntrapipeError, isCode } from '../core/errors.ts'
import type { Graph, GraphPage } from '../core/graph.ts'
import { privilegedRoles, synchronizationRole } from '../data/privileged-roles.ts'

/** Objects that must not be deleted, disabled, renamed or removed. Names are user principal names, display names, or ids. */
export interface Protect {
  readonly users?: readonly string[]
  /** A group, and its direct and indirect members. */
  readonly groups?: readonly string[]
  /** The holders of a role, by its name or template id. */
  readonly roles?: readonly string[]
}

/** Options of `protectedObjects`. */
interface ProtectedOptions {
  readonly graph: Pick<Graph, 'pages' | 'tenant'>
  readonly signal: AbortSignal
  /** Object id of the person or the app that signed in. */
  readonly ownId: string | undefined
  /** Whether holders of privileged roles may lose. @default false */
  readonly includePrivileged?: boolean | undefined
  readonly protect?: Protect | undefined
}

interface Held {
  readonly principalId: string
  readonly roleDefinitionId: string
}

interface Named {
  readonly id: string
  readonly displayName?: string
  readonly userPrincipalName?: string
}

/** The reason why an object is protected, by its id in lower case. */
type ProtectedObjects = ReadonlyMap<string, string>

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const same = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase()
const quoted = (text: string): string => encodeURIComponent(`'${text.replaceAll("'", "''")}'`)

/**
 * Finds the protected objects: the identity that signed in, the holders of privileged roles (active, eligible, or through a group),
 * the accounts that synchronize Active Directory, and what the configuration protects.
 *
 * @throws EntrapipeError `NOT_PERMITTED` if roles cannot be read, `CONFIG_INVALID` for a name in the configuration
 *   that the directory does not have
 */
export const protectedObjects = async (options: ProtectedOptions): Promise<ProtectedObjects> => {
  const { ownId, includePrivileged = false, protect = {} } = options
  const found = new Map<string, string>()
  const add = (id: string, reason: string): void => {
    if (!found.has(id.toLowerCase())) found.set(id.toLowerCase(), reason)
  }
  if (ownId) add(ownId, 'it is the identity that signed in')
  const wanted = new Map<string, string>()
  if (!includePrivileged) {
    for (const [id, name] of Object.entries(privilegedRoles)) wanted.set(id, name)
    wanted.set(synchronizationRole, 'Directory Synchronization Accounts')
  }
  for (const [id, name] of await configuredRoles(options)) wanted.set(id, name)
  if (wanted.size > 0) await addHolders(options, wanted, add)
  for (const name of protect.users ?? [])
    add((await findOne(options, '/users', 'userPrincipalName', name)).id, 'the configuration protects it')
  for (const name of protect.groups ?? []) {
    const group = await findOne(options, '/groups', 'displayName', name)
    add(group.id, 'the configuration protects it')
    for (const { id } of await all<Named>(options, `/groups/${group.id}/transitiveMembers?$select=id&$top=999`))
      add(id, `the configuration protects the members of ${group.displayName ?? group.id}`)
  }
  return found
}

const all = async <T>({ graph, signal }: ProtectedOptions, link: string): Promise<readonly T[]> => {
  const values: T[] = []
  for await (const page of graph.pages<T>(link, { signal }) as AsyncIterable<GraphPage<T>>) values.push(...page.values)
  return values
}

const unreadable = (cause: unknown): unknown =>
  isCode(cause, 'NOT_PERMITTED')
    ? new EntrapipeError(
        'NOT_PERMITTED',
        'The holders of privileged roles cannot be read, so they cannot be protected. Nothing was sent.',
        {
          cause,
          fix: 'Give the app RoleManagement.Read.Directory with admin consent, or add --include-privileged to change them too.',
        },
      )
    : cause

/** Refusals of tenants without the licence for eligible and scheduled roles, which then have none. */
const lacksLicence = (error: unknown): boolean =>
  error instanceof EntrapipeError && /licen[cs]e/i.test(`${error.facts['code'] ?? ''} ${error.message}`)

const assignments = [
  '/roleManagement/directory/roleAssignments',
  '/roleManagement/directory/roleEligibilitySchedules',
  '/roleManagement/directory/roleAssignmentSchedules',
]

const holders = async (options: ProtectedOptions): Promise<readonly Held[]> => {
  const held: Held[] = []
  for (const path of assignments) {
    try {
      held.push(...(await all<Held>(options, path)))
    } catch (error) {
      if (path === assignments[0] || !lacksLicence(error)) throw unreadable(error)
    }
  }
  return held
}

const addHolders = async (
  options: ProtectedOptions,
  wanted: ReadonlyMap<string, string>,
  add: (id: string, reason: string) => void,
): Promise<void> => {
  const groups = new Map<string, string>()
  for (const { principalId, roleDefinitionId } of await holders(options)) {
    const role = wanted.get(roleDefinitionId.toLowerCase())
    if (role === undefined) continue
    add(principalId, `it holds the role ${role}`)
    groups.set(principalId, role)
  }
  const assignable = await all<Named>(options, '/groups?$select=id,displayName&$filter=isAssignableToRole%20eq%20true')
  for (const group of assignable) {
    const role = groups.get(group.id)
    if (role === undefined) continue
    for (const { id } of await all<Named>(options, `/groups/${group.id}/transitiveMembers?$select=id&$top=999`))
      add(id, `it holds the role ${role} through the group ${group.displayName ?? group.id}`)
  }
}

const configuredRoles = async (
  options: ProtectedOptions,
): Promise<readonly (readonly [id: string, name: string])[]> => {
  const names = options.protect?.roles ?? []
  if (names.length === 0) return []
  const roles = await all<Named>(options, '/roleManagement/directory/roleDefinitions')
  return names.map(name => {
    const role = roles.find(({ id, displayName }) => same(id, name) || same(displayName, name))
    if (!role) throw unknown('role', name, options)
    return [role.id.toLowerCase(), role.displayName ?? role.id] as const
  })
}

const unknown = (what: string, name: string, { graph }: ProtectedOptions): EntrapipeError =>
  new EntrapipeError(
    'CONFIG_INVALID',
    `The configuration protects the ${what} ${name}, and the tenant ${graph.tenant.name} has none with that name.`,
    { fix: `Correct protect in the configuration of the tenant.` },
  )

const findOne = async (options: ProtectedOptions, path: string, property: string, name: string): Promise<Named> => {
  const by = guid.test(name) ? 'id' : property
  const [found, another] = await all<Named>(
    options,
    `${path}?$select=id,${property}&$top=2&$filter=${by}%20eq%20${quoted(name)}`,
  )
  if (!found || another) throw unknown(path === '/users' ? 'user' : 'group', name, options)
  return found
}
