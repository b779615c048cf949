import type { Environment } from '../../core/environment.ts'
import { trustedAuthorities } from '../../graph/authorities.ts'
import { pemBlocks, readPair } from '../../graph/credentials/certificate.ts'
import type { TenantSettings } from '../../tenants/choose-tenant.ts'
import type { SecretRef } from '../../tenants/config.ts'
import { readSecret } from '../../tenants/read-secret.ts'
import { isTyped } from './collect-credential.ts'
import { secretsOf } from './secrets-in.ts'
import { placeOfSecret } from './signs-in.ts'

/**
 * Checks an entry without signing in: secret files exist and are private, a certificate is PEM with its own key, and CA files
 * are valid. Returns what could not be checked.
 *
 * @throws EntrapipeError `SECRET_MISSING`, `SECRET_EXPOSED`, `FILE_UNREADABLE`
 */
export const checkLocally = async (
  { credential, caFile }: TenantSettings,
  environment: Environment,
): Promise<readonly string[]> => {
  const isUnset = (ref: SecretRef): boolean => 'env' in ref && environment.variable(ref.env) === undefined
  const secrets = secretsOf(credential)
  const unset = secrets.filter(isUnset)
  const texts = new Map<SecretRef, string>()
  for (const ref of secrets)
    if (!isTyped(ref) && !unset.includes(ref)) texts.set(ref, await readSecret(ref, environment))
  if (credential.kind === 'certificate') {
    const { certificate, password } = credential
    const [pem, name] = [texts.get(certificate), `The certificate (${placeOfSecret(certificate)})`]
    if (pem !== undefined && (password === undefined || texts.has(password)))
      readPair(pem, password && texts.get(password), name)
    else if (pem !== undefined) pemBlocks(pem, name)
  }
  await trustedAuthorities(environment, caFile)
  return ['the sign-in', ...unset.map(ref => `the ${placeOfSecret(ref)}, which is not set here`)]
}
