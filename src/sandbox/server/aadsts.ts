import { randomUUID } from 'node:crypto'

/** An error of the token endpoint: OAuth's `error`, Entra's error number and message. */
export interface Refusal {
  readonly status: number
  readonly error: string
  readonly code: number
  readonly message: string
  readonly suberror?: string
}

const invalidClient = { status: 401, error: 'invalid_client' }

/** Errors with Entra's messages. @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export const refusals = {
  tenantUnknown: (tenant: string): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 90002,
    message: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  }),
  tenantMalformed: (tenant: string): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 900023,
    message: `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
  }),
  parameterMissing: (name: string): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 900144,
    message: `The request body must contain the following parameter: '${name}'.`,
  }),
  grantUnsupported: (grant: string): Refusal => ({
    status: 400,
    error: 'unsupported_grant_type',
    code: 70003,
    message: `The app requested an unsupported grant type '${grant}'.`,
  }),
  notPublic: (): Refusal => ({
    ...invalidClient,
    code: 7000218,
    message: `The request body must contain the following parameter: 'client_assertion' or 'client_secret'.`,
  }),
  appUnknown: (appId: string, tenant: string): Refusal => ({
    status: 400,
    error: 'unauthorized_client',
    code: 700016,
    message: `Application with identifier '${appId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  }),
  credentialMissing: (): Refusal => ({
    ...invalidClient,
    code: 7000216,
    message: `'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.`,
  }),
  secretWrong: (appId: string): Refusal => ({
    ...invalidClient,
    code: 7000215,
    message: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.`,
  }),
  secretExpired: (appId: string): Refusal => ({
    ...invalidClient,
    code: 7000222,
    message: `The provided client secret keys for app '${appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
  }),
  scopeInvalid: (scope: string): Refusal => ({
    status: 400,
    error: 'invalid_scope',
    code: 1002012,
    message: `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  }),
  scopeMalformed: (scope: string): Refusal => ({
    status: 400,
    error: 'invalid_scope',
    code: 70011,
    message: `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
  }),
  resourceUnknown: (resource: string, tenant: string): Refusal => ({
    status: 400,
    error: 'invalid_resource',
    code: 500011,
    message: `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  }),
  assertionMalformed: (): Refusal => ({
    ...invalidClient,
    code: 50027,
    message: 'JWT token is invalid or malformed.',
  }),
  certificateUnregistered: (appId: string, thumbprint: string): Refusal => ({
    ...invalidClient,
    code: 700027,
    message: `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${appId}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/${appId}'].`,
  }),
  assertionUnsigned: (appId: string, thumbprint: string): Refusal => ({
    ...invalidClient,
    code: 700027,
    message: `Client assertion contains an invalid signature. [Reason - The key used is expired or the signature does not match., Thumbprint of key used by client: '${thumbprint}', app Id '${appId}'].`,
  }),
  assertionOutOfTime: (now: string, from: string, until: string): Refusal => ({
    ...invalidClient,
    code: 700024,
    message: `Client assertion is not within its valid time range. Current time: ${now}, assertion valid from ${from}, expiry time of assertion ${until}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
  }),
  assertionAudience: (): Refusal => ({
    ...invalidClient,
    code: 700023,
    message: `Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
  }),
  assertionSubject: (): Refusal => ({
    ...invalidClient,
    code: 700021,
    message: `Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
  }),
  blocked: (): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 53003,
    message: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    suberror: 'message_only',
  }),
  consentMissing: (appId: string, name: string): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 65001,
    message: `The user or administrator has not consented to use the application with ID '${appId}' named '${name}'. Send an interactive authorization request for this user and resource.`,
    suberror: 'consent_required',
  }),
  refreshTokenMalformed: (): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 9002313,
    message: 'Invalid request. Request is malformed or invalid.',
  }),
  grantInvalid: (): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 70000,
    message: 'Provided grant is invalid or malformed.',
  }),
  grantInactive: (issuedAt: string): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 700082,
    message: `The refresh token has expired due to inactivity. The token was issued on ${issuedAt} and was inactive for 90.00:00:00.`,
  }),
  grantRevoked: (since: string): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 50173,
    message: `The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued before the TokensValidFrom date '${since}' for this user.`,
    suberror: 'bad_token',
  }),
  userUnknown: (user: string, tenant: string): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 50034,
    message: `The user account ${user} does not exist in the ${tenant} directory. To sign into this application, the account must be added to the directory.`,
  }),
  userDisabled: (): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 50057,
    message: 'The user account is disabled.',
  }),
  userForeign: (user: string, home: string, tenant: string, appId: string, app: string): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 50020,
    message: `User account '${user}' from identity provider 'https://sts.windows.net/${home}/' does not exist in tenant '${tenant}' and cannot access the application '${appId}'(${app}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.`,
  }),
  appDisabled: (appId: string): Refusal => ({
    status: 400,
    error: 'unauthorized_client',
    code: 7000112,
    message: `Application '${appId}' is disabled.`,
  }),
  replyUrlUnknown: (url: string, appId: string): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 50011,
    message: `The redirect URI '${url}' specified in the request does not match the redirect URIs configured for the application '${appId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this.`,
  }),
  replyUrlMissing: (): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 500113,
    message: 'No reply address is registered for the application.',
  }),
} as const

/** The body of an error. As in Entra, its description ends with trace id, correlation id and time. */
export const refusalBody = (refusal: Refusal, nowMs: number, correlationId: string): string => {
  const trace = randomUUID()
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`
  return JSON.stringify({
    error: refusal.error,
    error_description: `AADSTS${refusal.code}: ${refusal.message} Trace ID: ${trace} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [refusal.code],
    timestamp,
    trace_id: trace,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
    ...(refusal.suberror ? { suberror: refusal.suberror } : {}),
  })
}
