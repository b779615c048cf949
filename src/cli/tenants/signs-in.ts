import type { CredentialConfig, SecretRef } from '../../tenants/config.ts'

/** Where a secret is stored: `variable CONTOSO_SECRET`. */
export const placeOfSecret = (ref: SecretRef): string =>
  'env' in ref ? `variable ${ref.env}` : 'keyring' in ref ? `keyring ${ref.keyring}` : `file ${ref.file}`

/** How a tenant signs in, and where its secret is stored: `secret (variable CONTOSO_SECRET)`. */
export const signsIn = (credential: CredentialConfig): string => {
  if (credential.kind === 'secret') return `secret (${placeOfSecret(credential.secret)})`
  if (credential.kind === 'certificate') return `certificate (${placeOfSecret(credential.certificate)})`
  if (credential.kind === 'refresh-token')
    return `refresh token (${placeOfSecret(credential.refreshToken)}) of partner ${credential.partnerTenantId}`
  if (credential.kind === 'token') return `token (variable ${credential.env})`
  return credential.kind
}
