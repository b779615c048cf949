import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'

/** A federated identity; what is left out stands in the environment, as Kubernetes puts it there. */
export interface WorkloadIdentityOptions {
  /** @default the variable AZURE_CLIENT_ID */
  readonly clientId?: string
  /** @default the variable AZURE_FEDERATED_TOKEN_FILE */
  readonly tokenFile?: string
}

/** A workload (a Kubernetes pod, a pipeline) shows the token that its platform gave it. */
export const workloadIdentity = (given: WorkloadIdentityOptions, setting: SignInSetting): Credential => {
  const { environment, tenantId } = setting
  const clientId = given.clientId ?? environment.variable('AZURE_CLIENT_ID')
  const tokenFilePath = given.tokenFile ?? environment.variable('AZURE_FEDERATED_TOKEN_FILE')
  return withIdentity(
    {
      kind: 'workload-identity',
      clientId,
      make: (identity, options) =>
        new identity.WorkloadIdentityCredential({
          ...options,
          ...(tenantId !== undefined && { tenantId }),
          ...(clientId !== undefined && { clientId }),
          ...(tokenFilePath !== undefined && { tokenFilePath }),
        }),
    },
    setting,
  )
}
