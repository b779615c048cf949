import { GraphFault } from '../protocol.ts'

const advanced = 'Refer to https://aka.ms/graph-docs/advanced-queries for more information'

const badRequest = (message: string): GraphFault => new GraphFault(400, 'BadRequest', message)
const refused = (message: string): GraphFault => new GraphFault(400, 'Request_BadRequest', message)
const unsupported = (message: string): GraphFault => new GraphFault(400, 'Request_UnsupportedQuery', message)

const operatorKinds: Readonly<Record<string, string>> = {
  eq: 'Equal',
  in: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
}

/**
 * Every error of the read side, with Graph's own message where a capture or a document has it. Errors marked `Worded here`
 * are documented without their message.
 */
export const faults = {
  // Addresses
  segmentUnknown: (segment: string) => badRequest(`Resource not found for the segment '${segment}'.`),
  methodNotAllowed: () =>
    new GraphFault(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.'),
  notImplemented: () => new GraphFault(501, 'NotImplemented', 'This operation target is not yet supported.'),
  /** Worded here: Graph has this address, the sandbox does not. */
  notServed: (address: string) =>
    new GraphFault(501, 'NotImplemented', `The sandbox does not serve '${address}', which Microsoft Graph has.`),
  /** Worded here: the sandbox has this address, but not for this method. */
  methodNotServed: (method: string, address: string) =>
    new GraphFault(
      501,
      'NotImplemented',
      `The sandbox does not serve ${method} requests to '${address}'. Microsoft Graph may serve them.`,
    ),
  delegatedOnly: () => badRequest('/me request is only valid with delegated authentication flow.'),
  denied: () =>
    new GraphFault(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'),
  permissionMissing: (permission: string) =>
    new GraphFault(
      403,
      'Authentication_MSGraphPermissionMissing',
      `Calling principal does not have required MSGraph permissions ${permission}`,
    ),
  /** As captured. @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/7656 */
  mailboxDenied: () => new GraphFault(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
  notFound: (id: string) =>
    new GraphFault(
      404,
      'Request_ResourceNotFound',
      `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    ),
  idInvalid: (id: string) => refused(`Invalid object identifier '${id}'.`),
  /** As captured for getByIds. @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/7063 */
  guidInvalid: (_id: string) => refused('Invalid GUID specified.'),
  /** As captured; other captures have the code `UnknownError`. @see https://learn.microsoft.com/answers/questions/1311910 */
  keyNeedsGuid: () => badRequest('Get By Key only supports UserId and the key has to be a valid Guid'),
  castRequired: () =>
    unsupported('Searches against this resource are not supported. Only specific instances can be queried.'),
  /** Worded here. */
  castUnsupported: (type: string) =>
    unsupported(`The type cast '${type}' is not supported for the members of this group.`),

  /**
   * As captured for groups among transitive members. The pages require the header and `$count` for every type.
   *
   * @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/19672
   */
  castNeedsAdvanced: () => unsupported('Invalid search request.'),

  // Query options
  /** Worded here. */
  optionUnknown: (option: string) => badRequest(`The query parameter '${option}' is not supported.`),
  optionRepeated: (option: string) =>
    badRequest(`Query option '${option}' was specified more than once, but it must be specified at most once.`),
  /** Worded here. */
  optionValue: (option: string) => badRequest(`Invalid value for the ${option} query option found.`),
  optionsNotApplicable: (options: readonly string[]) =>
    refused(
      `The following query options are not supported by this request method or cannot be applied to the requested resource: ${options.join(',')}`,
    ),
  skip: () => refused(`'$skip' is not supported by the service.`),
  pageSize: (size: string) =>
    unsupported(`Invalid page size specified: '${size}'. Must be between 1 and 999 inclusive.`),
  pageSizeRefused: () =>
    unsupported('This resource does not support custom page sizes. Please retry without a page size argument.'),
  filteredSearch: () => unsupported('Filtered searches against this resource are not supported.'),
  propertyUnknown: (property: string, type: string) =>
    badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${property}' on type '${type}'.`,
    ),
  selectTerm: (term: string) =>
    badRequest(
      `Parsing OData Select and Expand failed: Term '${term}' is not valid in a $select or $expand expression.`,
    ),
  filterClause: (text: string, position: number) =>
    badRequest(`Invalid filter clause: Syntax error at position ${position} in '${text}'.`),
  /** Worded here. */
  filterProperty: (property: string, type: string) =>
    badRequest(`Invalid filter clause: Could not find a property named '${property}' on type '${type}'.`),
  operandTypes: (left: string, right: string, operator: string) =>
    badRequest(
      `Invalid filter clause: A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${operatorKinds[operator] ?? operator}'.`,
    ),
  /** As captured for `employeeHireDate ge 2022-07-15`. @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/17744 */
  dayWithoutTime: () => unsupported("The type of the value doesn't match the property whose type is DateTime"),
  /** As captured for members of a group. @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/2761 */
  typeFilter: () => refused('Cast or IsOf Function must have a type in its arguments.'),
  filterUnsupported: (property: string, resource: string) =>
    unsupported(
      `Unsupported or invalid query filter clause specified for property '${property}' of resource '${resource}'.`,
    ),
  operatorNeedsAdvanced: (operator: string) =>
    unsupported(
      `Operator '${operator}' is not supported because the required parameters might be missing. Try adding $count=true query parameter and ConsistencyLevel:eventual header. ${advanced}`,
    ),
  notEqualsNeedsAdvanced: () => unsupported(`Filter operator 'NotEqualsMatch' is not supported.`),
  /** The lambda operator `all`. */
  filterNotSupported: () => badRequest('Filter not supported.'),
  tooManyClauses: (count: number) =>
    unsupported(
      `Too many child clauses specified in search filter expression containing 'OR' operators: ${count}. Max allowed: 15.`,
    ),
  referenceFilter: () =>
    unsupported('The specified filter to the reference property query is currently not supported.'),
  countUnsupported: () => refused('$count is not currently supported.'),
  searchNeedsHeader: () =>
    unsupported(
      `Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'`,
    ),
  searchSyntax: (text: string, position: number) =>
    badRequest(`Syntax error: character '${text[position] ?? ''}' is not valid at position ${position} in '${text}'.`),
  /** Worded here. */
  searchProperty: (property: string, resource: string) =>
    unsupported(`Property '${property}' of resource '${resource}' is not supported in $search.`),
  orderUnsupported: (property: string, resource: string) =>
    unsupported(`Unsupported sort property '${property}' for '${resource}'.`),
  orderWithFilter: () => unsupported('Sorting not supported for current query.'),
  orderWithSearch: () => unsupported('An unsupported property was specified.'),
  /** Worded here. */
  expandWithAdvanced: () =>
    unsupported(`'$expand' is not supported together with advanced query capabilities. ${advanced}`),
  levelsOnCollection: () =>
    unsupported(
      `Transitive manager's list is only supported on a single user, send the $expand request on /users/{id} endpoint`,
    ),

  // Page and delta tokens
  pageTokenExpired: () =>
    new GraphFault(
      400,
      'Directory_ExpiredPageToken',
      'The specified page token value has expired and can no longer be included in your request.',
    ),
  /** Worded here: issue threads have the code, without its message. */
  pageTokenGone: () =>
    new GraphFault(
      400,
      'DirectoryPageTokenNotFoundException',
      'The specified page token was not found. Start again from the last page token that was not part of a retried request.',
    ),
  /** Worded here. */
  pageTokenInvalid: () => refused('The specified page token value is invalid.'),
  /** Worded here. */
  deltaTokenInvalid: () => refused('The specified delta token value is invalid.'),
  /** Worded here. */
  deltaTokenExpired: (location: string) =>
    new GraphFault(
      410,
      'syncStateNotFound',
      'The sync state generation is not found; start the delta query again without a token.',
      { headers: { location } },
    ),
  deltaFilter: () => unsupported('Filter not supported.'),

  // Actions: the limits are documented, the messages are worded here
  bodyProperty: (property: string) => refused(`Property ${property} is invalid.`),
  tooManyIds: (property: string, most: number) =>
    refused(`The collection '${property}' has too many items. Max allowed: ${most}.`),
  resultTooLarge: () =>
    new GraphFault(
      400,
      'Directory_ResultSizeLimitExceeded',
      'The size of the result exceeds the limit of 11000 groups for this request.',
    ),
} as const
