import { given } from '../../core/given.ts'
import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'

/** Options of `workloadIdentity`. Defaults come from the environment, as set by Kubernetes. */
export interface WorkloadIdentityOptions {
  /** @default the variable AZURE_CLIENT_ID */
  readonly clientId?: string
  /** @default the variable AZURE_FEDERATED_TOKEN_FILE */
  readonly tokenFile?: string
}

/** Signs in a workload (a Kubernetes pod, a pipeline) with the token of its platform. */
export const workloadIdentity = (chosen: WorkloadIdentityOptions, setting: SignInSetting): Credential => {
  const { environment, tenantId } = setting
  const clientId = chosen.clientId ?? environment.variable('AZURE_CLIENT_ID')
  const tokenFilePath = chosen.tokenFile ?? environment.variable('AZURE_FEDERATED_TOKEN_FILE')
  return withIdentity(
    {
      kind: 'workload-identity',
      clientId,
      make: (identity, options) =>
        new identity.WorkloadIdentityCredential({
          ...options,
          ...given({ tenantId, clientId, tokenFilePath }),
        }),
    },
    setting,
  )
}
