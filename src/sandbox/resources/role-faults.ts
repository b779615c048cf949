import { GraphFault } from '../protocol.ts'

const refused = (message: string): GraphFault => new GraphFault(400, 'Request_BadRequest', message)

/** Errors of assignments of roles. Errors marked `Worded here` are documented without their message. */
export const roleFaults = {
  /** @see https://github.com/Microsoft365DSC/Microsoft365DSC/issues/879 */
  groupNotAssignable: () => refused('Groups without IsAssignableToRole property set cannot be assigned to roles.'),
  /** Worded here. @see https://learn.microsoft.com/graph/api/resources/unifiedroleassignment */
  principalType: (type: string) => refused(`Principals of type '${type}' cannot be assigned to roles.`),
  /** Worded here. */
  roleUnknown: (id: string) => refused(`The role definition '${id}' does not exist in the directory.`),
  /** Worded here. */
  scopeInvalid: (scope: unknown) => refused(`The directory scope '${String(scope)}' is invalid.`),
  /** Worded here. @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignments */
  valueMissing: (property: string) => refused(`A value is required for property '${property}'.`),
  /** Worded here. */
  valueInvalid: (property: string) => refused(`Invalid value specified for property '${property}'.`),
  /** @see https://learn.microsoft.com/graph/api/rbacapplication-post-roleassignmentschedulerequests */
  exists: () => new GraphFault(400, 'RoleAssignmentExists', 'The Role assignment already exists.'),
  missing: () => new GraphFault(400, 'RoleAssignmentDoesNotExist', 'The Role assignment does not exist.'),
  /** @see https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-troubleshoot */
  policy: (rules: readonly string[]) =>
    new GraphFault(
      400,
      'RoleAssignmentRequestPolicyValidationFailed',
      `The following policy rules failed: ${JSON.stringify(rules)}`,
    ),
  /** Worded here. @see https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments */
  policyScope: () => refused('A filter by scopeId and scopeType is required.'),
} as const
