import { createHash, type X509Certificate } from 'node:crypto'
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose'
import { refusals, type Refusal } from './aadsts.ts'
import type { App } from './apps.ts'

const thumbprint = (certificate: X509Certificate, hash: 'sha1' | 'sha256'): string =>
  createHash(hash).update(certificate.raw).digest('base64url')

/** Entra formats times with seven decimals. */
const isoOf = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, -1)}0000Z`

const parse = (assertion: string) => {
  try {
    return { header: decodeProtectedHeader(assertion) as Record<string, unknown>, claims: decodeJwt(assertion) }
  } catch {
    // The caller gets Entra's error instead of the library's.
    return undefined
  }
}

/**
 * Verifies the JWT that an app signs in with instead of a secret: its signature by a certificate that is registered for the
 * app and named by `x5t` or `x5t#S256`, its audience, its subject, and its lifetime. Returns undefined when it is valid.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export const judgeAssertion = async (options: {
  readonly assertion: string
  readonly app: App
  readonly audiences: readonly string[]
  readonly nowMs: number
}): Promise<Refusal | undefined> => {
  const { app, nowMs } = options
  const parsed = parse(options.assertion)
  if (!parsed) return refusals.assertionMalformed()
  const { header, claims } = parsed
  const named = String(header['x5t#S256'] ?? header['x5t'] ?? '')
  const hash = header['x5t#S256'] === undefined ? 'sha1' : 'sha256'
  const print = Buffer.from(named, 'base64url').toString('hex').toUpperCase()
  const certificate = app.certificates.find(at => thumbprint(at, hash) === named)
  if (!certificate) return refusals.certificateUnregistered(app.appId, print)

  const verified = await compactVerify(options.assertion, certificate.publicKey, {
    algorithms: ['RS256', 'PS256'],
  }).catch((error: Error) => error)
  if (verified instanceof Error) return refusals.assertionUnsigned(app.appId, print)

  if (claims.iss?.toLowerCase() !== app.appId || claims.sub?.toLowerCase() !== app.appId)
    return refusals.assertionSubject()
  if (![claims.aud].flat().some(audience => options.audiences.includes(audience ?? '')))
    return refusals.assertionAudience()
  const now = nowMs / 1000
  const from = claims.nbf ?? 0
  const until = claims.exp ?? 0
  // The clocks of service and client may differ by five minutes.
  if (until + 300 < now || from - 300 > now) return refusals.assertionOutOfTime(isoOf(now), isoOf(from), isoOf(until))
  return undefined
}
