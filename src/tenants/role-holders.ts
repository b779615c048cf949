import type { Graph } from '../core/graph.ts'
import { lacksPremium } from '../graph/lacks-premium.ts'
import { privilegedActions } from '../data/privileged-roles.ts'
import { allPages, nestedMembers } from './members-of.ts'

/** What is needed to read roles. */
export interface RoleReading {
  readonly graph: Pick<Graph, 'pages' | 'batch' | 'tenant'>
  readonly signal: AbortSignal
}

/** A role of the directory. */
interface RoleDefinition {
  readonly id: string
  readonly displayName?: string
  readonly isEnabled?: boolean
  readonly rolePermissions?: readonly { readonly allowedResourceActions?: readonly string[] }[]
}

/** An assignment of a role, for the directory or for an administrative unit. */
interface Assignment {
  readonly principalId: string
  readonly roleDefinitionId: string
  /** `/` for the whole directory. */
  readonly directoryScopeId: string
}

/** An object that holds a role, and how, as a sentence without its subject. */
interface Holder {
  readonly id: string
  readonly role: string
  readonly why: string
}

const assignments = '/roleManagement/directory/roleAssignments'
/** Eligible assignments, and active ones that begin later. Tenants without the licence for them have none. */
const schedules = [
  '/roleManagement/directory/roleEligibilitySchedules',
  '/roleManagement/directory/roleAssignmentSchedules',
]

/** Reads the roles of a directory, built-in ones and its own. @throws EntrapipeError `NOT_PERMITTED` */
export const roleDefinitions = (reading: RoleReading): Promise<readonly RoleDefinition[]> =>
  allPages(reading, '/roleManagement/directory/roleDefinitions')

/**
 * Reads the directory's own roles that may reset passwords or change credentials, by id in lower case.
 *
 * @throws EntrapipeError `NOT_PERMITTED`
 */
export const privilegedCustomRoles = async (reading: RoleReading): Promise<ReadonlyMap<string, string>> => {
  const own = await allPages<RoleDefinition>(
    reading,
    '/roleManagement/directory/roleDefinitions?$filter=isBuiltIn%20eq%20false',
  )
  const isPrivileged = ({ isEnabled, rolePermissions = [] }: RoleDefinition): boolean =>
    isEnabled !== false &&
    rolePermissions.some(({ allowedResourceActions = [] }) =>
      allowedResourceActions.some(action => privilegedActions.has(action.toLowerCase())),
    )
  return new Map(own.filter(isPrivileged).map(({ id, displayName }) => [id.toLowerCase(), displayName ?? id]))
}

/**
 * Reads who holds these roles: active, eligible, or later; for the directory or for a part of it; directly or as a member of a group.
 * Takes three listings, one of role-assignable groups, and one request for the members of each group with such a role.
 *
 * @param roles names by id in lower case
 * @param assignable groups to which roles can be assigned, if they were read
 * @throws EntrapipeError `NOT_PERMITTED`
 */
export const roleHolders = async (
  reading: RoleReading,
  roles: ReadonlyMap<string, string>,
  assignable?: readonly AssignableGroup[],
): Promise<readonly Holder[]> => {
  const held = await Promise.all([
    allPages<Assignment>(reading, assignments),
    ...schedules.map(path => allPages<Assignment>(reading, path).catch(noneWithoutLicence)),
  ])
  const direct = held.flat().flatMap(({ principalId, roleDefinitionId }): readonly Holder[] => {
    const role = roles.get(roleDefinitionId.toLowerCase())
    return role === undefined ? [] : [{ id: principalId.toLowerCase(), role, why: `it holds the role ${role}` }]
  })
  return direct.length === 0 ? [] : [...direct, ...(await throughGroups(reading, direct, assignable))]
}

/**
 * Reads who holds a role of the whole directory now, directly or as a member of a group, and how, by id in lower case; and who holds one of a
 * part of it, without how. Takes one listing, another one where somebody
 * holds one, and as `roleHolders` for groups.
 *
 * @throws EntrapipeError `NOT_PERMITTED`
 */
export const activeHolders = async (
  reading: RoleReading,
): Promise<{ readonly everywhere: ReadonlyMap<string, string>; readonly somewhere: ReadonlySet<string> }> => {
  const held = await allPages<Assignment>(reading, assignments)
  const isWhole = ({ directoryScopeId }: Assignment): boolean => directoryScopeId === '/'
  const ids = (found: readonly { readonly principalId: string }[]) => found.map(one => one.principalId.toLowerCase())
  const somewhere = new Set(ids(held.filter(one => !isWhole(one))))
  if (!held.some(isWhole)) return { everywhere: new Map(), somewhere }
  const names = new Map(
    (await roleDefinitions(reading)).map(({ id, displayName = id }) => [id.toLowerCase(), displayName]),
  )
  const direct = held.filter(isWhole).map(({ principalId, roleDefinitionId }): Holder => {
    const role = names.get(roleDefinitionId.toLowerCase()) ?? roleDefinitionId
    return { id: principalId.toLowerCase(), role, why: `it holds the role ${role}` }
  })
  const all = [...(await throughGroups(reading, direct, undefined)), ...direct]
  return { everywhere: new Map(all.map(({ id, why }) => [id.toLowerCase(), why])), somewhere }
}

const noneWithoutLicence = (error: unknown): readonly Assignment[] => {
  if (!lacksPremium(error)) throw error
  return []
}

/** A group to which roles can be assigned. */
interface AssignableGroup {
  readonly id: string
  readonly displayName?: string
}

/** Groups to which roles can be assigned: what their members may do can change at any time. @throws EntrapipeError `NOT_PERMITTED` */
export const assignableGroups = (reading: RoleReading): Promise<readonly AssignableGroup[]> =>
  allPages(reading, '/groups?$select=id,displayName&$top=999&$filter=isAssignableToRole%20eq%20true')

const throughGroups = async (
  reading: RoleReading,
  direct: readonly Holder[],
  assignable: readonly AssignableGroup[] | undefined,
): Promise<readonly Holder[]> => {
  const roleOf = new Map(direct.map(({ id, role }) => [id, role]))
  const groups = (assignable ?? (await assignableGroups(reading))).filter(({ id }) => roleOf.has(id.toLowerCase()))
  const members = await nestedMembers(
    reading,
    groups.map(({ id }) => id),
  )
  return groups.flatMap(({ id: group, displayName = group }, at) => {
    const role = roleOf.get(group.toLowerCase())!
    return members[at]!.map(id => ({ id, role, why: `it holds the role ${role} through the group ${displayName}` }))
  })
}
