import { GraphFault } from '../protocol.ts'

const refused = (message: string, code?: string): GraphFault =>
  new GraphFault(400, 'Request_BadRequest', message, code === undefined ? {} : { details: [{ code, message }] })

/**
 * Errors of licence assignments, as captured by their clients. Errors marked `Worded here` are documented without their message.
 *
 * @see https://learn.microsoft.com/graph/api/user-assignlicense
 * @see https://learn.microsoft.com/entra/fundamentals/licensing-groups-resolve-problems
 */
export const licenceFaults = {
  /** @see https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/3229 */
  parametersMissing: (action: string, names: readonly string[]) =>
    refused(
      `One or more parameters of the operation '${action}' are missing from the request payload. The missing parameters are: ${names.join(', ')}.`,
    ),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/2853 */
  guidInvalid: () =>
    new GraphFault(
      400,
      'BadRequest',
      "Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details.",
    ),
  nothingToDo: () => refused('No license changes provided.'),
  /** Worded here. */
  repeated: (skuId: string) => refused(`License ${skuId} is specified more than once in the request.`),
  usageLocation: () => refused('License assignment cannot be done for user with invalid usage location.'),
  noUnits: (skuId: string) => refused(`Subscription with SKU ${skuId} does not have any available licenses.`),
  lacking: (plan: string, needs: readonly string[]) =>
    refused(
      `License assignment failed because service plan ${plan} depends on the service plan(s) ${needs.join(', ')}`,
      'DependencyViolation',
    ),
  exclusive: (one: string, other: string) =>
    refused(
      `License assignment failed because service plans ${one}, ${other} are mutually exclusive`,
      'MutuallyExclusiveViolation',
    ),
  notHeld: () => refused('User does not have a corresponding license.'),
  /** Worded here, after the one for users. */
  notHeldByGroup: () => refused('Group does not have a corresponding license.'),
  notOwned: (skuId: string) => refused(`License ${skuId} does not correspond to a valid company License.`),
  inherited: () =>
    refused('User license is inherited from a group membership and it cannot be removed directly from the user.'),
  /** Worded here. @see https://github.com/MicrosoftDocs/azure-docs/issues/81269 */
  planUnknown: (plan: string, skuId: string) =>
    refused(`The service plan ${plan} does not belong to the subscription with SKU ${skuId}.`),
  /** Worded here. @see https://learn.microsoft.com/entra/identity/users/licensing-group-advanced#limitations-and-known-issues */
  notSecurityEnabled: () => refused('Licenses can only be assigned to groups that are security-enabled.'),
} as const
