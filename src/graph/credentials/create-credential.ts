import type { Credential } from '../credential.ts'
import { azureCli } from './azure-cli.ts'
import { browser, type BrowserOptions } from './browser.ts'
import { certificate, type CertificateOptions } from './certificate.ts'
import { deviceCode, type DeviceCodeOptions } from './device-code.ts'
import { managedIdentity, type ManagedIdentityOptions } from './managed-identity.ts'
import { refreshToken, type RefreshTokenOptions } from './refresh-token.ts'
import { secret, type SecretOptions } from './secret.ts'
import type { SignInSetting } from './setting.ts'
import { token, type TokenCredentialOptions } from './token.ts'
import { workloadIdentity, type WorkloadIdentityOptions } from './workload-identity.ts'

/** A credential's configuration with all secrets resolved. */
export type CredentialSpec =
  | ({ readonly kind: 'secret' } & SecretOptions)
  | ({ readonly kind: 'certificate' } & CertificateOptions)
  | ({ readonly kind: 'refresh-token' } & RefreshTokenOptions)
  | ({ readonly kind: 'workload-identity' } & WorkloadIdentityOptions)
  | ({ readonly kind: 'managed-identity' } & ManagedIdentityOptions)
  | ({ readonly kind: 'browser' } & BrowserOptions)
  | ({ readonly kind: 'device-code' } & DeviceCodeOptions)
  | { readonly kind: 'azure-cli' }
  | ({ readonly kind: 'token' } & TokenCredentialOptions)

/** Creates a credential of the configured kind. Nothing is requested before the first token. */
export const createCredential = (spec: CredentialSpec, setting: SignInSetting): Credential => {
  switch (spec.kind) {
    case 'secret':
      return secret(spec, setting)
    case 'certificate':
      return certificate(spec, setting)
    case 'refresh-token':
      return refreshToken(spec, setting)
    case 'workload-identity':
      return workloadIdentity(spec, setting)
    case 'managed-identity':
      return managedIdentity(spec, setting)
    case 'browser':
      return browser(spec, setting)
    case 'device-code':
      return deviceCode(spec, setting)
    case 'azure-cli':
      return azureCli(setting)
    case 'token':
      return token(spec, setting)
  }
}
