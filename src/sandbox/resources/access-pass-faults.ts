import { GraphFault } from '../protocol.ts'

const badRequest = (message: string): GraphFault => new GraphFault(400, 'badRequest', message)

/** Errors of Temporary Access Passes. */
export const accessPassFaults = {
  /** As captured. @see https://github.com/microsoftgraph/microsoft-graph-docs/pull/12187 */
  lifetime: (shortest: number, longest: number) =>
    badRequest(`Invalid LifetimeInMinutes specified. The valid range between ${shortest} and ${longest}.`),
  /** As captured. @see https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2724 */
  startPast: () => badRequest('Invalid StartDateTime specified. It can not be a time in the past.'),
  /** Worded here. @see https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass#enable-the-temporary-access-pass-policy */
  notInPolicy: () => badRequest('Temporary Access Pass is not enabled for this user by policy.'),
  /** Worded here. @see https://learn.microsoft.com/graph/api/authentication-post-temporaryaccesspassmethods */
  onlyOnce: () => badRequest('Only one-time Temporary Access Passes are allowed by policy.'),
  /** Worded here. @see https://learn.microsoft.com/graph/api/resources/temporaryaccesspassauthenticationmethodconfiguration */
  policyLifetimes: () =>
    badRequest('The default lifetime must be between the minimum and the maximum lifetime of the policy.'),
  /**
   * The code is unconfirmed.
   *
   * @see https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass#guest-access
   */
  external: () => badRequest('Temporary Access Pass cannot be added to an external guest user.'),
} as const
