import type { Entity, Kind } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { appRoleProperties, appRolesOf } from './granted.ts'
import { lookUp } from './lookup.ts'
import { plainCount, plainList, plainSingle, type Plain } from './plain-list.ts'

const appRoles = {
  type: 'appRoleAssignment',
  properties: appRoleProperties,
  filter: ['principalDisplayName', 'resourceId'],
  startsWith: ['principalDisplayName'],
  guids: ['resourceId'],
  paged: true,
  exactIds: true,
} as const satisfies Partial<Plain>

/** @see https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant */
const permissionGrants = {
  type: 'oAuth2PermissionGrant',
  set: 'oauth2PermissionGrants',
  properties: ['id', 'clientId', 'consentType', 'principalId', 'resourceId', 'scope'],
  filter: ['clientId', 'consentType', 'principalId', 'resourceId'],
  paged: true,
  exactIds: true,
} as const satisfies Partial<Plain>

/** Handlers for the list, its count, and a single item. */
interface Handlers {
  readonly list: Handler
  readonly count: Handler
  readonly single: Handler
}

const handlers = (plainOf: (call: Call) => Plain): Handlers => ({
  list: call => plainList(plainOf(call))(call),
  count: call => plainCount(plainOf(call))(call),
  single: call => plainSingle(plainOf(call))(call),
})

/**
 * Answers `GET …/{id}/appRoleAssignments`: the app roles of a user, a group or a service principal.
 *
 * @see https://learn.microsoft.com/graph/api/user-list-approleassignments
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments
 */
export const appRoleAssignments = (kind: Kind): Handlers =>
  handlers(call => {
    const { id } = lookUp(call, kind, call.keys[0]!)
    const items = ({ directory }: Call): readonly Entity[] => appRolesOf(directory, kind, id, 'appRoleAssignments')
    return { ...appRoles, set: 'appRoleAssignments', items }
  })

/**
 * Answers `GET /servicePrincipals/{id}/appRoleAssignedTo`: the assignments of its roles.
 *
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto
 */
export const appRoleAssignedTo: Handlers = handlers(call => {
  const { id } = lookUp(call, 'servicePrincipal', call.keys[0]!)
  return {
    ...appRoles,
    set: `servicePrincipals('${id}')/appRoleAssignedTo`,
    items: ({ directory }) => appRolesOf(directory, 'servicePrincipal', id, 'appRoleAssignedTo'),
  }
})

/** Answers `GET /oauth2PermissionGrants`. @see https://learn.microsoft.com/graph/api/oauth2permissiongrant-list */
export const allPermissionGrants: Handlers = handlers(() => ({
  ...permissionGrants,
  items: ({ directory }) => directory.oauth2PermissionGrants,
}))

/**
 * Answers `GET …/{id}/oauth2PermissionGrants`: the grants of a service principal as the client, or of a single user.
 * Grants for all users, by an administrator's consent, do not belong to a user.
 *
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-list-oauth2permissiongrants
 * @see https://learn.microsoft.com/graph/api/user-list-oauth2permissiongrants
 */
export const oauth2PermissionGrants = (kind: 'user' | 'servicePrincipal'): Handlers =>
  handlers(call => {
    const { id } = lookUp(call, kind, call.keys[0]!)
    const of = kind === 'user' ? 'principalId' : 'clientId'
    const items = ({ directory }: Call): readonly Entity[] =>
      directory.oauth2PermissionGrants.filter(one => one[of] === id)
    return { ...permissionGrants, items }
  })
