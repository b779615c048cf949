import { idOfGuids } from './assignment-ids.ts'
import type { AssignmentOverlay } from './assignments.ts'
import { isoTime } from './iso-time.ts'
import { scatter } from './permutation.ts'
import type { Population } from './population.ts'
import { graphRoleId, guidOf, userReadScope, type RegisteredApp } from './registered-apps.ts'
import { presentSeconds } from './timeline.ts'
import type { Assignment, AssignmentFamily } from './assignment-types.ts'
import type { Entity, Reference } from './types.ts'

/** App roles and consents by reference, without names, because names change. */
export interface Grants {
  readonly appRoles: readonly {
    readonly principal: Reference
    readonly resource: Reference
    readonly appRoleId: string
  }[]
  /** Clients with an administrator's consent for all users. */
  readonly consents: readonly { readonly client: Reference; readonly resource: Reference; readonly scope: string }[]
}

interface GrantOptions {
  readonly apps: {
    readonly graphId: string
    readonly principalIds: readonly string[]
    needsAssignment(rank: number): boolean
  }
  readonly registered: readonly RegisteredApp[]
  readonly users: Pick<Population, 'size' | 'idOf'>
  readonly groups: Pick<Population, 'size' | 'idOf'>
  readonly key: number
}

/** The role id of an assignment without a specific role. @see https://learn.microsoft.com/graph/api/resources/approleassignment */
export const noRole = '00000000-0000-0000-0000-000000000000'

/**
 * The token endpoint's apps have their permissions on Microsoft Graph. An application that requires an assignment has a
 * group and a user. The permissions that applications request were granted for all users.
 */
export const grantsOf = ({ apps, registered, users, groups, key }: GrantOptions): Grants => {
  const graph: Reference = { kind: 'servicePrincipal', id: apps.graphId }
  const principals = apps.principalIds.map((id): Reference => ({ kind: 'servicePrincipal', id }))
  const oneOf = ({ size, idOf }: GrantOptions['users'], rank: number, salt: number): string =>
    idOf(scatter(rank ^ key ^ salt) % size)
  return {
    appRoles: [
      ...registered.flatMap(({ objectId, roles }) =>
        roles.map(name => ({
          principal: { kind: 'servicePrincipal', id: objectId } as const,
          resource: graph,
          appRoleId: graphRoleId(name),
        })),
      ),
      ...principals.flatMap((resource, rank) =>
        apps.needsAssignment(rank)
          ? [
              { principal: { kind: 'group', id: oneOf(groups, rank, 0x3a1) } as const, resource, appRoleId: noRole },
              { principal: { kind: 'user', id: oneOf(users, rank, 0x3a2) } as const, resource, appRoleId: noRole },
            ]
          : [],
      ),
    ],
    consents: principals.map(client => ({ client, resource: graph, scope: userReadScope.value })),
  }
}

/** What exists only as long as its resource does. */
export const ofResource: ReadonlySet<AssignmentFamily> = new Set<AssignmentFamily>(['appRoles', 'scopes'])

/** Returns the name of an object; undefined if it does not exist. */
type NameOf = (reference: Reference) => unknown

const granted = isoTime(presentSeconds - 86_400)

/** The app roles as assignments. */
export const appRolesOf = ({ appRoles }: Grants): readonly Assignment[] =>
  appRoles.map(({ principal, resource, appRoleId }) => ({
    family: 'appRoles',
    principal,
    of: resource.id,
    within: appRoleId,
    id: idOfGuids(principal.id, guidOf(`${principal.id}/${resource.id}/${appRoleId}`)),
    values: { createdDateTime: granted },
  }))

/** The delegated permissions of a client that were consented to by a change. */
const consentOf = ({ id, principal, of, within, values }: Assignment): Entity => ({
  id,
  clientId: principal.id,
  consentType: within,
  principalId: null,
  resourceId: of,
  scope: values['scope'] ?? '',
})

/** The `oauth2PermissionGrants`. An id consists of the bytes of the client's id and the resource's id. */
export const permissionGrantsOf = (
  { consents }: Grants,
  assignments: Pick<AssignmentOverlay, 'list'>,
  nameOf: NameOf,
): readonly Entity[] => [
  ...consents.flatMap(({ client, resource, scope }) =>
    nameOf(client) === undefined || nameOf(resource) === undefined
      ? []
      : {
          id: idOfGuids(client.id, resource.id),
          clientId: client.id,
          consentType: 'AllPrincipals',
          principalId: null,
          resourceId: resource.id,
          scope,
        },
  ),
  ...assignments
    .list({ family: 'scopes' })
    .flatMap(each =>
      nameOf(each.principal) === undefined || nameOf({ kind: 'servicePrincipal', id: each.of }) === undefined
        ? []
        : consentOf(each),
    ),
]
