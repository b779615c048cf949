import { settingsOf } from '../../tenants/choose-tenant.ts'
import type { CredentialConfig, SecretRef } from '../../tenants/config.ts'
import type { LoadedConfig } from '../../tenants/load-config.ts'

/** References to the secrets of a credential. */
export const secretsOf = (credential: CredentialConfig): readonly SecretRef[] => {
  if (credential.kind === 'secret') return [credential.secret]
  if (credential.kind === 'refresh-token') return [credential.secret, credential.refreshToken]
  if (credential.kind === 'token') return [{ env: credential.env }]
  if (credential.kind !== 'certificate') return []
  return [credential.certificate, ...(credential.password ? [credential.password] : [])]
}

/** Secrets of a tenant, with absolute paths. */
export const secretsIn = (loaded: LoadedConfig, tenant: string, home: string): readonly SecretRef[] =>
  secretsOf(settingsOf(loaded, tenant, home).credential)
