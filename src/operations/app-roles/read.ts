import type { OperationContext } from '../../core/operation.ts'
import { ownerIsGone, readListings } from '../../graph/read-listings.ts'
import { readByIds, type Seen } from '../objects/read-each.ts'
import { typesOf, type ObjectType } from '../objects/types-of.ts'
import { principalTypes, type AppRoleRow } from './app-role.ts'

/** An assignment as Graph returns it. */
interface Listed {
  readonly id: string
  readonly appRoleId: string
  readonly principalId: string
  readonly resourceId: string
}

/** Id of the assignment of a role; undefined if the principal does not have it itself. */
type AssignmentOf = (principal: string, resource: string, role: string) => string | undefined

/** For more rows about one resource than this, the whole list of its assignments is read; for fewer, those of each principal. */
const few = 100

const keyOf = (principal: string, resource: string, role: string): string =>
  `${principal}/${resource}/${role}`.toLowerCase()

const listed = async (url: string, { graph, signal }: OperationContext): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>()
  for await (const { values } of graph.pages<Listed>(url, { signal }))
    for (const { id, appRoleId, principalId, resourceId } of values)
      found.set(keyOf(principalId, resourceId, appRoleId), id)
  return found
}

/**
 * Reads which app roles are assigned: with the list of the resource if there are many rows about it, otherwise with that of each
 * principal. A user's list also has the roles of its groups, which are not its own.
 *
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto
 */
const assignmentsSeen = async (
  rows: readonly AppRoleRow[],
  types: ReadonlyMap<string, ObjectType>,
  context: OperationContext,
): Promise<AssignmentOf> => {
  const found = new Map<string, string>()
  const alone = new Set<string>()
  for (const [resource, about] of Map.groupBy(rows, row => row.resource)) {
    const isAlone = about.length <= few && about.every(({ principal }) => types.get(principal)! in principalTypes)
    if (isAlone) {
      for (const { principal } of about)
        alone.add(
          `/${principalTypes[types.get(principal)!]!.set}/${principal}/appRoleAssignments?$top=999&$filter=${encodeURIComponent(`resourceId eq ${resource}`)}`,
        )
      continue
    }
    const path = `/servicePrincipals/${resource}/appRoleAssignedTo?$top=999`
    const whole = await context.once(path, () => listed(path, context), 'whole listing')
    for (const [key, id] of whole) found.set(key, id)
  }
  for (const assigned of await readListings<Listed>(context, [...alone], ownerIsGone))
    for (const { id, appRoleId, principalId, resourceId } of assigned ?? [])
      found.set(keyOf(principalId, resourceId, appRoleId), id)
  return (principal, resource, role) => found.get(keyOf(principal, resource, role))
}

/** What rows are about. */
interface AppRolesRead {
  /** The service principals that have roles, by id. */
  readonly resources: ReadonlyMap<string, Seen>
  /** The types of the principals. */
  readonly types: ReadonlyMap<string, ObjectType>
  readonly assignmentOf: AssignmentOf
}

/** Reads the resources of rows, with the roles that they declare. */
export const resourcesSeen = (
  rows: readonly AppRoleRow[],
  context: OperationContext,
): Promise<ReadonlyMap<string, Seen>> =>
  readByIds(
    '/servicePrincipals',
    'id,displayName,appRoles',
    rows.map(({ resource }) => resource),
    context,
  )

/** Reads the resources, the principals and their assignments of rows. */
export const readAppRoles = async (rows: readonly AppRoleRow[], context: OperationContext): Promise<AppRolesRead> => {
  const resources = await resourcesSeen(rows, context)
  const types = await typesOf(
    rows.map(({ principal }) => principal),
    context,
  )
  const open = rows.filter(({ resource, principal }) => resources.has(resource) && types.has(principal))
  return { resources, types, assignmentOf: await assignmentsSeen(open, types, context) }
}
