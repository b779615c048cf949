import type { Kind } from '../directory/types.ts'
import { GraphFault } from '../protocol.ts'
import { typeFacts } from './type-facts.ts'

const refused = (message: string, target?: string, code = 'InvalidValue'): GraphFault =>
  new GraphFault(
    400,
    'Request_BadRequest',
    message,
    target === undefined ? {} : { details: [{ code, message, target }] },
  )
const badRequest = (message: string): GraphFault => new GraphFault(400, 'BadRequest', message)

/**
 * Errors of writes to objects of any kind, with Graph's own message where a capture or a document has it. Errors marked
 * `Worded here` are documented without their message.
 */
export const writeFaults = {
  /** Unconfirmed for the directory; captured from other services of Graph. */
  bodyMissing: () => badRequest('Empty Payload. JSON content expected.'),
  bodyInvalid: () =>
    badRequest(
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    ),
  /** @see https://github.com/pnp/PnP-Sites-Core/issues/1807 */
  propertyUnknown: (property: string) => refused(`Invalid property '${property}'.`),
  /** Unconfirmed: the message of OData's library for a type that is not open. */
  memberUnknown: (member: string, type: string) =>
    badRequest(
      `The property '${member}' does not exist on type 'microsoft.graph.${type}'. Make sure to only use property names that are defined by the type.`,
    ),
  /** @see https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2680 */
  extensionsMissing: (names: readonly string[]) =>
    refused(`The following extension properties are not available: ${names.join(',')}.`),
  /** Captured for applications and policies. */
  typeMismatch: (property: string) =>
    refused(`Property ${property} in payload has a value that does not match schema.`),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/5777 */
  valueInvalid: (property: string, kind: Kind) =>
    refused(`Invalid value specified for property '${property}' of resource '${typeFacts[kind].resource}'.`, property),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/1488 */
  bindUnknown: (relation: string) => badRequest(`Invalid bind property name ${relation} in request.`),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/16944 */
  bindInvalid: (relation: string) => badRequest(`Invalid URL format specified in @odata.bind for ${relation}`),
  /** @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/12014 */
  readOnly: (property: string) => refused(`Property '${property}' is read-only and cannot be set.`, property),
  /** @see https://github.com/microsoftgraph/MSGraph-SDK-Code-Generator/issues/244 */
  valueMissing: (property: string) =>
    refused(`Property ${property} value is required but is empty or missing.`, property, 'MissingValue'),
} as const
