import type { CredentialSpec } from '../graph/credentials/create-credential.ts'
import type { CredentialConfig, SecretRef } from './config.ts'

/** How to sign in, as configured, and the id of the app, if an app signs in. */
interface ConfiguredSignIn {
  readonly credential: CredentialConfig
  readonly clientId?: string
}

/** A configured credential with all secrets resolved. `keep` keeps a new refresh token in place of the one before. @throws what `secretOf` throws */
export const credentialSpec = async (
  { credential, clientId = '' }: ConfiguredSignIn,
  secretOf: (ref: SecretRef) => Promise<string>,
  keep?: (ref: SecretRef) => (fresh: string, before: string) => Promise<void>,
): Promise<CredentialSpec> => {
  switch (credential.kind) {
    case 'secret':
      return { kind: 'secret', clientId, secret: await secretOf(credential.secret) }
    case 'certificate':
      return {
        kind: 'certificate',
        clientId,
        certificate: await secretOf(credential.certificate),
        ...(credential.password && { password: await secretOf(credential.password) }),
      }
    case 'refresh-token':
      return {
        kind: 'refresh-token',
        clientId,
        secret: await secretOf(credential.secret),
        refreshToken: await secretOf(credential.refreshToken),
        ...(keep && { keep: keep(credential.refreshToken) }),
      }
    case 'workload-identity':
      return { kind: 'workload-identity', ...(clientId !== '' && { clientId }) }
    case 'browser':
    case 'device-code':
      return { kind: credential.kind, clientId }
    default:
      return credential
  }
}
