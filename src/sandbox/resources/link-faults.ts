import type { Kind } from '../directory/types.ts'
import { GraphFault } from '../protocol.ts'

/** How Graph names the kinds in refusals. */
export const kindNames: Readonly<Record<Kind, string>> = {
  user: 'User',
  group: 'Group',
  device: 'Device',
  application: 'Application',
  servicePrincipal: 'ServicePrincipal',
  orgContact: 'Contact',
  administrativeUnit: 'AdministrativeUnit',
  directoryRole: 'Role',
}

const refused = (message: string): GraphFault => new GraphFault(400, 'Request_BadRequest', message)

/** Errors of links of objects other than groups. Errors marked `Worded here` are documented without their message. */
export const linkFaults = {
  /** As captured for owners of applications. @see https://github.com/MicrosoftDocs/feedback/issues/718 */
  targetInvalid: (kind: Kind, id: string, relation: string) =>
    refused(
      `The reference target '${kindNames[kind]}_${id}' of type '${kindNames[kind]}' is invalid for the '${relation}' reference.`,
    ),
  /** As captured for owners of groups. @see https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions */
  tooMany: (count: number, most: number, relation: string) =>
    new GraphFault(
      403,
      'Directory_QuotaExceeded',
      `Unable to perform operation as '${count}' would exceed the maximum quota count '${most}' for forward-link '${relation}'.`,
    ),
  /** Worded here. @see https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-members-dynamic */
  dynamicUnit: () =>
    refused('Members of an administrative unit with dynamic membership cannot be added or removed manually.'),
  /** Worded here. @see https://learn.microsoft.com/entra/identity/role-based-access-control/admin-units-restricted-management */
  notInRestrictedUnit: () =>
    refused('Only users, devices and security groups can be members of a restricted management administrative unit.'),
} as const
