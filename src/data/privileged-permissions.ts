/**
 * Application permissions of Microsoft Graph with which an app can take over the directory: it gives itself or others roles or
 * permissions, makes credentials of other apps or people, or decides who signs in. The owner of such an app can do the same.
 *
 * @see https://learn.microsoft.com/graph/permissions-reference
 * @see https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions
 */
export const privilegedPermissions: ReadonlySet<string> = new Set([
  'AppRoleAssignment.ReadWrite.All',
  'Application.ReadUpdate.All',
  'Application.ReadWrite.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'Directory.ReadWrite.All',
  'Domain.ReadWrite.All',
  'Domain-InternalFederation.ReadWrite.All',
  'EntitlementManagement.ReadWrite.All',
  'Organization.ReadWrite.All',
  'Policy.ReadWrite.AuthenticationMethod',
  'Policy.ReadWrite.ConditionalAccess',
  'PrivilegedAccess.ReadWrite.AzureAD',
  'PrivilegedAccess.ReadWrite.AzureADGroup',
  'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
  'PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup',
  'PublicKeyInfrastructure.ReadWrite.All',
  'RoleAssignmentSchedule.ReadWrite.Directory',
  'RoleEligibilitySchedule.ReadWrite.Directory',
  'RoleManagement.ReadWrite.Directory',
  'RoleManagementPolicy.ReadWrite.AzureADGroup',
  'RoleManagementPolicy.ReadWrite.Directory',
  'UserAuthMethod-TAP.ReadWrite.All',
  'UserAuthenticationMethod.ReadWrite.All',
])
