import { createHash, createPrivateKey, randomUUID, X509Certificate, type KeyObject } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Credential } from '../credential.ts'
import { clientCredentials, isPlainHttp } from './client-credentials.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'

/** Options of `certificate`. */
export interface CertificateOptions {
  readonly clientId: string
  /** PEM: the certificate and its private key, in either order. */
  readonly certificate: string
  /** Password of an encrypted private key. */
  readonly password?: string
}

/** Signs in as an app with a certificate, without sending a secret. @throws EntrapipeError `SECRET_MISSING` if the PEM is incomplete */
export const certificate = (
  { clientId, certificate, password }: CertificateOptions,
  setting: SignInSetting,
): Credential => {
  const pair = readPair(certificate, password)
  return isPlainHttp(setting)
    ? clientCredentials(
        {
          kind: 'certificate',
          clientId,
          proof: async tokenUrl => ({
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: await assertion(pair, clientId, tokenUrl, setting.clock),
          }),
        },
        setting,
      )
    : withIdentity(
        {
          kind: 'certificate',
          clientId,
          make: (identity, options) =>
            new identity.ClientCertificateCredential(
              setting.tenantId ?? '',
              clientId,
              { certificate: pair.pem, ...given({ certificatePassword: password }) },
              options,
            ),
        },
        setting,
      )
}

interface Pair {
  readonly pem: string
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

const block = (pem: string, what: string): string | undefined =>
  new RegExp(`-----BEGIN (${what})-----[^-]+-----END \\1-----`).exec(pem)?.[0]

const usualName = 'The sign-in certificate'

/** The certificate and the private key in a PEM text. @throws EntrapipeError `SECRET_MISSING` if one of them is missing */
export const pemBlocks = (pem: string, name = usualName): { readonly certificate: string; readonly key: string } => {
  const certificate = block(pem, 'CERTIFICATE')
  const key = block(pem, '[A-Z ]*PRIVATE KEY')
  if (certificate === undefined || key === undefined)
    throw unusable(name, 'must contain both a certificate and its private key in PEM form', undefined)
  return { certificate, key }
}

/** Reads a certificate and its private key. @throws EntrapipeError `SECRET_MISSING` if they cannot be used */
export const readPair = (pem: string, password: string | undefined, name = usualName): Pair => {
  const blocks = pemBlocks(pem, name)
  let pair: Pair
  try {
    const key = createPrivateKey({ key: blocks.key, ...given({ passphrase: password }) })
    pair = {
      pem: `${blocks.key}\n${blocks.certificate}\n`,
      certificate: new X509Certificate(blocks.certificate),
      key,
    }
  } catch (cause) {
    throw unusable(name, 'cannot be read: it is corrupted, or its password is missing or wrong', cause)
  }
  if (!pair.certificate.checkPrivateKey(pair.key))
    throw unusable(name, 'contains the private key of another certificate', undefined)
  return pair
}

const unusable = (name: string, why: string, cause: unknown): EntrapipeError =>
  new EntrapipeError('SECRET_MISSING', `${name} ${why}.`, {
    ...given({ cause }),
    fix: 'Create one PEM file with both, for example with `openssl pkcs12 -in app.pfx -out app.pem -nodes`, and keep it readable by you only.',
  })

/** @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials */
const assertion = async (
  { certificate, key }: Pair,
  clientId: string,
  tokenUrl: string,
  clock: Clock,
): Promise<string> => {
  const now = Math.floor(clock.now() / 1000)
  // Loaded on demand, since it is larger than all other credentials together.
  const { SignJWT } = await import('jose')
  return await new SignJWT({})
    .setProtectedHeader({
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': createHash('sha256').update(certificate.raw).digest('base64url'),
    })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenUrl)
    .setJti(randomUUID())
    .setNotBefore(now)
    .setIssuedAt(now)
    .setExpirationTime(now + 600)
    .sign(key)
}
