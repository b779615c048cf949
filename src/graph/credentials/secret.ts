import type { Credential } from '../credential.ts'
import { clientCredentials, isPlainHttp } from './client-credentials.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'

/** Options of `secret`. */
export interface SecretOptions {
  readonly clientId: string
  readonly secret: string
}

/** Signs in as an app with a client secret. */
export const secret = ({ clientId, secret }: SecretOptions, setting: SignInSetting): Credential =>
  isPlainHttp(setting)
    ? clientCredentials({ kind: 'secret', clientId, proof: async () => ({ client_secret: secret }) }, setting)
    : withIdentity(
        {
          kind: 'secret',
          clientId,
          make: (identity, options) =>
            new identity.ClientSecretCredential(setting.tenantId ?? '', clientId, secret, options),
        },
        setting,
      )
