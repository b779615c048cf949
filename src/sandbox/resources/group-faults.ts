import { GraphFault } from '../protocol.ts'

const refused = (message: string, target?: string, code = 'InvalidValue'): GraphFault =>
  new GraphFault(
    400,
    'Request_BadRequest',
    message,
    target === undefined ? {} : { details: [{ code, message, target }] },
  )

/**
 * Errors of writes to groups and their links, with Graph's own message where a capture or a document has it. Errors marked
 * `Worded here` are documented without their message.
 */
export const groupFaults = {
  // Links
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/6016 */
  tooManyLinks: () => refused('A resource cannot contain more than 20 link changes.'),
  /** @see https://github.com/hashicorp/terraform-provider-azuread/issues/567 */
  repeatedLink: () => refused('Request contains a property with duplicate values.'),
  /** @see https://github.com/pnp/PnP-Sites-Core/issues/1987 */
  bindEmpty: () =>
    refused(
      `The value of 'odata.bind' property annotation is an empty array. The 'odata.bind' property annotation must have a non-empty array as its value.`,
    ),
  /** Worded here. */
  referenceInvalid: () => new GraphFault(400, 'BadRequest', 'Invalid URL format specified in @odata.id.'),
  /** An object that is created, but not replicated yet. @see https://learn.microsoft.com/graph/api/group-post-members */
  notReplicated: () => refused('The source resource object or one of the objects being referenced do not exist.'),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/7795 */
  notContained: () => new GraphFault(400, 'BadRequest', 'Write requests are only supported on contained entities'),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/13747 */
  setNotSupported: () =>
    new GraphFault(400, 'BadRequest', 'The request is currently not supported on the targeted entity set'),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/11629 */
  notForUnified: (what: string, type: string) =>
    refused(
      `${what} cannot be added to Unified Groups. paramName: Members, paramValue: , objectType: Microsoft.Online.DirectoryServices.${type}`,
      'members',
    ),
  /** Worded here, after the refusal for Microsoft 365 groups. @see https://learn.microsoft.com/graph/api/group-post-members */
  notForSecurity: (what: string, type: string) =>
    refused(
      `${what} cannot be added to Security Groups. paramName: Members, paramValue: , objectType: Microsoft.Online.DirectoryServices.${type}`,
      'members',
    ),
  /** @see https://github.com/MicrosoftDocs/azure-docs/issues/88710 */
  roleNesting: () => refused('Nesting is currently not supported for groups that can be assigned to a role.'),
  /** Worded here. */
  ownMember: () => refused('A group cannot be a member of itself.', 'members'),
  /** Worded here. @see https://learn.microsoft.com/graph/api/group-post-owners */
  ownerType: () => refused('Only users and service principals can be owners of a group.', 'owners'),
  /** @see https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions */
  tooManyOwners: (count: number) =>
    new GraphFault(
      403,
      'Directory_QuotaExceeded',
      `Unable to perform operation as '${count}' would exceed the maximum quota count '100' for forward-link 'owners'.`,
    ),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/12054 */
  lastOwner: () => refused('The group must have at least one owner, hence this owner cannot be removed.'),
  /** Worded here: the knob `refLess` refuses what Graph performs. */
  refLess: () =>
    new GraphFault(
      501,
      'NotImplemented',
      'Without /$ref, this request would delete the member itself. The sandbox refuses it (knob refLess).',
    ),

  // Bodies
  /** @see https://github.com/microsoft/semantic-link-labs/issues/1082 */
  bodyMissing: () =>
    refused(
      "An unexpected 'EndOfInput' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
    ),

  // Groups
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/14827 and https://github.com/KelvinTegelaar/CIPP/issues/4882 */
  mailEnabled: (verb: 'Create' | 'Update' | 'Delete') =>
    refused(`Cannot ${verb} a mail-enabled security groups and or distribution list.`),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/372 */
  notSecurityEnabled: () =>
    refused(
      'The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.',
    ),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/7301 */
  synced: () =>
    refused(
      'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
    ),
  /** Known from the errors of directory synchronization. */
  licensed: () =>
    refused(
      'Unable to delete the group because there is a product license assigned to the group. To delete this group, remove any product licenses first.',
    ),
  /** Of Microsoft 365 groups. @see https://github.com/microsoft/o365-moodle/issues/1181 */
  aliasTaken: () =>
    refused(
      'Another object with the same value for property mailNickname already exists.',
      'mailNickname',
      'ObjectConflict',
    ),
  /** @see https://github.com/KelvinTegelaar/CIPP/issues/2201 */
  valueMissing: (property: string) =>
    refused(`A value is required for property '${property}' of resource 'Group'.`, property, 'MissingValue'),
  /** Worded here. @see https://learn.microsoft.com/graph/api/resources/group */
  onlyAtCreation: (property: string) =>
    refused(`Property '${property}' can only be set during group creation.`, property),
  /** Worded here. @see https://learn.microsoft.com/graph/api/group-post-groups */
  onlyAfterCreation: (property: string) =>
    refused(
      `Property '${property}' cannot be set during group creation. Set it in a subsequent PATCH request.`,
      property,
    ),
  /** Worded here. @see https://learn.microsoft.com/graph/api/group-update */
  alone: (property: string) =>
    refused(`Property '${property}' must be updated in a request of its own, without other properties.`, property),
  /** Worded here, after the refusal for administrative units. @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/4102 */
  hiddenMembership: () => refused('HiddenMembership can only be set during group creation.', 'visibility'),
  /** Worded here. @see https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions */
  tooManyRoleGroups: () =>
    new GraphFault(
      403,
      'Directory_QuotaExceeded',
      `Unable to perform operation as '501' would exceed the maximum quota count '500' for role-assignable groups.`,
    ),
} as const
