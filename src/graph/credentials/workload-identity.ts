import { given } from '../../core/given.ts'
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
