/** The meaning of a refused sign-in, and its fix. */
export interface SignInFault {
  /** Numbers of `AADSTS…` errors. */
  readonly codes: readonly number[]
  /** `{tenant}` and `{app}` are placeholders. */
  readonly message: string
  readonly fix: string
  /** Only for this kind of credential. */
  readonly kind?: string
  /** The consent of an administrator corrects it. */
  readonly consents?: true
  /** A retry may succeed. */
  readonly passing?: true
}

/** @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export const signInFaults: readonly SignInFault[] = [
  {
    codes: [90002, 900023, 900021],
    message: 'Tenant {tenant} was not found.',
    fix: 'Check the tenant id (Entra admin center, Overview) and the cloud: a tenant of a national cloud signs in at that cloud’s authority.',
  },
  {
    codes: [700016],
    message: 'The app {app} was not found in tenant {tenant}.',
    fix: 'Check clientId and tenantId. If the app belongs to another tenant, an administrator of this one must consent to it first.',
    consents: true,
  },
  {
    codes: [7000229],
    message: 'The app {app} has no service principal in tenant {tenant}.',
    fix: 'An administrator of the tenant must consent to the app, which creates it.',
    consents: true,
  },
  {
    codes: [7000112],
    message: 'The app {app} is disabled in tenant {tenant}.',
    fix: 'Enable it under Enterprise applications, Properties, “Enabled for users to sign-in”.',
  },
  {
    codes: [7000215],
    message: 'The client secret of app {app} is wrong.',
    fix: 'Use the secret’s value, not its id, and check that it belongs to this app. Create a new one under Certificates & secrets.',
  },
  {
    codes: [7000222],
    message: 'The client secret of app {app} has expired.',
    fix: 'Create a new one under Certificates & secrets and store it.',
  },
  {
    codes: [7000218],
    message: 'The app {app} is not allowed to sign in without a secret or certificate.',
    fix: 'For browser and device code, allow public client flows under Authentication. Otherwise use a secret or certificate.',
  },
  {
    codes: [700027, 700030, 7000214],
    message: 'The certificate is not registered for app {app}, or its private key does not belong to it.',
    fix: 'Upload the public certificate under Certificates & secrets, and check that the configured file holds this certificate and its key.',
  },
  {
    codes: [700024],
    message: 'The sign-in of app {app} was not valid when it arrived: this machine’s clock is wrong.',
    fix: 'Synchronize the clock with a time server, then try again.',
  },
  {
    codes: [70021, 700211, 700212, 700213, 700223],
    message: 'The app {app} does not trust the workload’s token: no federated credential matches it.',
    fix: 'Compare issuer, subject and audience of the app’s federated credential with those of the workload.',
  },
  {
    codes: [65001, 65004],
    message: 'Consent to the app {app} in tenant {tenant} is missing.',
    fix: 'Ask an administrator to grant consent under API permissions; `entrapipe tenants app` prints the steps.',
    consents: true,
  },
  {
    codes: [90094, 90095],
    message: 'Only an administrator can consent to the permissions of app {app} in tenant {tenant}.',
    fix: 'Ask an administrator to grant consent under API permissions; `entrapipe tenants app` prints the steps.',
    consents: true,
  },
  {
    codes: [500011, 70011, 1002012],
    message: 'The requested Graph was not found in tenant {tenant}.',
    fix: 'Check the cloud and graphUrl of the tenant.',
  },
  {
    codes: [53003, 530036, 53004],
    message: 'A conditional access policy of tenant {tenant} blocks this sign-in.',
    fix: 'Ask an administrator to check the sign-in log. A workload may need an exception, or a sign-in from a named location.',
  },
  {
    codes: [50076, 50079, 50158, 50072, 50074],
    message: 'Tenant {tenant} requires multi-factor authentication.',
    fix: 'Sign in interactively with the credential `browser` or `device-code`, or run `az login` again; unattended runs should sign in as an app.',
  },
  {
    codes: [53000, 53001, 530002, 530003, 50097],
    message: 'Conditional access of tenant {tenant} requires a managed or compliant device.',
    fix: 'Sign in on such a device with the credential `browser`; unattended runs should sign in as an app.',
  },
  {
    codes: [50020, 50177],
    kind: 'refresh-token',
    message:
      'The partner has no delegated access to tenant {tenant}: no relationship is active, or the account is in none of its groups.',
    fix: 'Look at the relationship in Partner Center, and at the members of the groups that it gives roles to.',
  },
  {
    codes: [50173, 700082, 70043, 70008, 700084],
    kind: 'refresh-token',
    message: 'The refresh token for app {app} is too old, or was revoked.',
    fix: 'Sign in again as this person to get a new one, and store it where the configuration refers to.',
  },
  {
    codes: [70000, 9002313, 54005],
    kind: 'refresh-token',
    message: 'The refresh token is damaged, or was not issued for app {app}.',
    fix: 'Check refreshToken and clientId in the configuration. A refresh token is only valid for the app that the person signed in to.',
  },
  {
    codes: [50020, 50034, 90072, 51004],
    message: 'The signed-in account was not found in tenant {tenant}.',
    fix: 'Sign in with an account of this tenant, or have it invited as a guest.',
  },
  {
    codes: [50105],
    message: 'The app {app} requires assignment, and the account is not assigned to it.',
    fix: 'Ask an administrator to assign it under Enterprise applications, Users and groups.',
  },
  {
    codes: [50057, 50053],
    message: 'The account is disabled or locked in tenant {tenant}.',
    fix: 'Ask an administrator to unlock it, or sign in with another one.',
  },
  {
    codes: [50173, 700082, 70043, 70008, 700084],
    message: 'The sign-in to tenant {tenant} is too old, or was revoked.',
    fix: 'Sign in again: `az login`, or the browser.',
  },
  {
    codes: [70016, 70018, 70019, 70020],
    message: 'The device code was not used in time.',
    fix: 'Start again and enter the code that is shown.',
  },
  {
    codes: [90033, 90006, 90012, 90024, 50196],
    message: 'Microsoft Entra is temporarily unable to sign in to tenant {tenant}.',
    fix: 'Try again in a few minutes.',
    passing: true,
  },
]

/** A sign-in that fails on this machine, identified by the kind of credential and the library's message. */
export interface LocalSignInFault {
  readonly kind: string
  readonly words: RegExp
  readonly message: string
  readonly fix: string
}

/** Sign-ins that never reached the service. */
export const localSignInFaults: readonly LocalSignInFault[] = [
  {
    kind: 'azure-cli',
    words: /Azure CLI could not be found/i,
    message: 'The Azure CLI is not installed, or not on the path.',
    fix: 'Install it (https://aka.ms/azure-cli) and run `az login`, or use another credential.',
  },
  {
    kind: 'azure-cli',
    words: /az login/i,
    message: 'The Azure CLI is not signed in to tenant {tenant}.',
    fix: 'Run `az login --tenant {tenant} --allow-no-subscriptions`, then try again.',
  },
  {
    kind: 'managed-identity',
    words: /unavailable|not available|no .*endpoint|IMDS|network/i,
    message: 'This machine has no managed identity.',
    fix: 'Assign one to the machine or app that this runs on, or use another credential. For a user-assigned identity, set its clientId.',
  },
  {
    kind: 'workload-identity',
    words: /unavailable|ENOENT|no file|empty/i,
    message: 'No workload identity was found.',
    fix: 'Set AZURE_FEDERATED_TOKEN_FILE to the workload’s token file, and AZURE_CLIENT_ID or clientId to the app. Check the pod’s service account.',
  },
]
