import { GraphFault } from '../protocol.ts'

const refused = (message: string): GraphFault => new GraphFault(400, 'Request_BadRequest', message)

/**
 * Errors of writes to users, with Graph's own message where a capture or a document has it.
 */
export const userFaults = {
  passwordMissing: () => refused('A password must be specified to create a new user.'),
  passwordWeak: () =>
    refused(
      'The specified password does not comply with password complexity requirements. Please provide a different password.',
    ),
  domainUnverified: () =>
    refused(
      'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
    ),
  /** Worded here. */
  referenceInvalid: () => new GraphFault(400, 'BadRequest', 'Invalid URL format specified in @odata.id.'),
  /** SharePoint's properties with others. @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/15735 */
  mixedServices: () =>
    new GraphFault(400, 'BadRequest', 'The request is currently not supported on the targeted entity set'),
  /** SharePoint's properties, changed by an app. The status is unconfirmed. @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/5597 */
  notByApps: () =>
    new GraphFault(
      403,
      '-1, Microsoft.Office.Server.Directory.DirectoryObjectUnauthorizedAccessException',
      'Attempted to perform an unauthorized operation.',
    ),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/18038 */
  synced: () =>
    refused(
      'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
    ),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/3564 */
  formerlySynced: () =>
    refused('Unable to update the specified properties for objects that have originated within an external service.'),
} as const
