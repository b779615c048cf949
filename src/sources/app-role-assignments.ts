import { given } from '../core/given.ts'
import { isFields, type Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, optional, someText } from '../data/expect-options.ts'
import { directoryListing } from './graph/directory-listing.ts'
import { listingOptions } from './graph/listing-options.ts'
import type { Entity } from './graph/listing.ts'
import { ofEach } from './graph/of-each.ts'

/** Options of `appRoleAssignments`. */
export interface AppRoleAssignmentsOptions {
  /** Only service principals that match. */
  readonly filter?: string
  /** Reads the service principals: rows with `appRoleFacts`, such as those of `listed`. */
  readonly servicePrincipals?: Source<Entity>
  /** Rows per page, 1 to 999. @default 999 */
  readonly top?: number
}

/** What is read of each service principal. */
export const appRoleFacts = ['id', 'displayName', 'appRoles'] as const
/** Columns of an assignment: named as in Graph, and what the role is called. */
export const appRoleColumns = [
  'id',
  'resourceId',
  'resourceDisplayName',
  'principalId',
  'principalType',
  'principalDisplayName',
  'appRoleId',
  'appRoleValue',
  'appRoleDisplayName',
  'createdDateTime',
] as const

/**
 * Lists who has the app roles of service principals: a row for each assignment, with the resource, the principal, and the value and name of
 * the role. Both are null for the default role, whose id is all zeros, and for a role that the app no longer has. See `ofEach`.
 *
 * @throws EntrapipeError `FILTER_INVALID` or `OPTION_INVALID` at once
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto
 */
export const appRoleAssignments = (options: AppRoleAssignmentsOptions = {}): Source<Fields> => {
  expectOptions('appRoleAssignments', options, {
    filter: someText,
    servicePrincipals: optional,
    top: listingOptions.top,
  })
  const { filter, top } = options
  return ofEach({
    kind: 'app-role-assignments',
    objects:
      options.servicePrincipals ??
      directoryListing<Entity>(
        'service-principals',
        { select: appRoleFacts, ...given({ filter, top }) },
        { path: '/servicePrincipals', type: 'servicePrincipal', delta: true },
      ),
    words: { object: 'service principal', entries: 'app role assignments' },
    pathOf: id => `/servicePrincipals/${id}/appRoleAssignedTo`,
    ...given({ top }),
    columns: { names: appRoleColumns, closed: true },
    row(app, assignment) {
      const role = roleOf(app, assignment['appRoleId'])
      const named: Fields = { appRoleValue: role?.['value'] ?? null, appRoleDisplayName: role?.['displayName'] ?? null }
      return Object.fromEntries(appRoleColumns.map(name => [name, (name in named ? named : assignment)[name] ?? null]))
    },
  })
}

const roleOf = ({ appRoles }: Entity, id: unknown): Fields | undefined =>
  Array.isArray(appRoles) ? appRoles.filter(isFields).find(role => role['id'] === id) : undefined
