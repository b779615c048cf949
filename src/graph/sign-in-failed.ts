import { asSentence } from '../core/as-sentence.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { printable } from '../core/printable.ts'
import { consentLink } from './consent-link.ts'
import { failureOf, failureWords } from './failure.ts'
import { proxyFailureIn, type ProxyFailure } from './proxy-failure.ts'
import { localSignInFaults, signInFaults, type LocalSignInFault, type SignInFault } from './sign-in-faults.ts'

interface SignInAttempt {
  readonly kind: string
  /** Id or domain; absent if the existing sign-in decides. */
  readonly tenantId?: string | undefined
  readonly clientId?: string | undefined
  readonly authorityUrl: string
  readonly nowMs: number
  /** The service's time, if its reply had it. */
  readonly serverMs?: number | undefined
  readonly status?: number | undefined
}

/** With a larger clock skew, certificate sign-ins and token lifetimes fail. */
const toleratedSkewMs = 240_000

/**
 * The error for a failed sign-in, with its reason and a fix: `SIGN_IN_FAILED` (facts: code, kind, tenant, app; `consent`, a link, if it is missing), or
 * `GRAPH_UNAVAILABLE` if a retry may succeed.
 */
export const signInFailed = (error: unknown, attempt: SignInAttempt): EntrapipeError => {
  if (error instanceof EntrapipeError) return error
  const proxied = proxyFailureIn(error)
  if (proxied) return notReached(proxied, attempt)
  const said = everythingSaid(error)
  const code = codeIn(said)
  const name = (text: string) => named(text, attempt)
  const facts = {
    code: code === undefined ? undefined : `AADSTS${code}`,
    kind: attempt.kind,
    tenant: attempt.tenantId,
    app: attempt.clientId,
  }
  const fault =
    faultOf(code, attempt.kind) ??
    localSignInFaults.find(({ kind, words }) => kind === attempt.kind && words.test(said))
  const skew = skewWords(said, attempt)
  if (fault)
    return new EntrapipeError(isPassing(fault) ? 'GRAPH_UNAVAILABLE' : 'SIGN_IN_FAILED', name(fault.message) + skew, {
      cause: error,
      ...consented(fault, attempt, facts, name(fault.fix)),
    })
  return code === undefined && transportFailed(error, said, attempt)
    ? unreachable(error, said, attempt, facts)
    : new EntrapipeError(
        'SIGN_IN_FAILED',
        name(`Signing in to tenant {tenant} (${attempt.kind}) failed: `) + `${firstSentence(said)}${skew}`,
        { cause: error, facts, fix: 'Check the tenant’s credential with `entrapipe tenants check`.' },
      )
}

/** Adds where an administrator consents to the app, if consent is what is missing. */
const consented = <F extends object>(
  fault: SignInFault | LocalSignInFault,
  { authorityUrl, tenantId, clientId }: SignInAttempt,
  facts: F,
  fix: string,
) => {
  if (!('consents' in fault) || tenantId === undefined || clientId === undefined) return { facts, fix }
  const consent = consentLink(authorityUrl, tenantId, clientId)
  return { facts: { ...facts, consent }, fix: `${fix} Consent is given at ${consent}` }
}

/** Fills in the tenant and the app, or leaves their names out if they are unknown. */
const named = (text: string, { tenantId, clientId }: SignInAttempt): string => {
  const ofTenant =
    tenantId === undefined
      ? text
          .replaceAll(' --tenant {tenant}', '')
          .replaceAll('Tenant {tenant}', 'The tenant')
          .replaceAll('tenant {tenant}', 'the tenant')
      : text.replaceAll('{tenant}', tenantId)
  return clientId === undefined
    ? ofTenant
        .replaceAll('The app {app}', 'The app')
        .replaceAll('the app {app}', 'the app')
        .replaceAll('app {app}', 'the app')
    : ofTenant.replaceAll('{app}', clientId)
}

const notReached = (failure: ProxyFailure, { authorityUrl, kind, tenantId, clientId }: SignInAttempt): EntrapipeError =>
  new EntrapipeError(
    failure.proxy.final ? 'SIGN_IN_FAILED' : 'GRAPH_UNAVAILABLE',
    `Signing in at ${new URL(authorityUrl).host} failed: ${failure.message}.`,
    {
      cause: failure,
      facts: { kind, tenant: tenantId, app: clientId, proxy: failure.proxy.address },
      fix: failure.proxy.fix,
    },
  )

const isPassing = (fault: SignInFault | LocalSignInFault): boolean => 'passing' in fault

const faultOf = (code: number | undefined, kind: string): SignInFault | undefined =>
  code === undefined
    ? undefined
    : signInFaults.find(fault => fault.codes.includes(code) && (fault.kind === undefined || fault.kind === kind))

/** Messages of an error and its causes. */
const everythingSaid = (error: unknown): string => {
  const said: string[] = []
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth++) {
    said.push(at.message)
    if (at instanceof AggregateError) said.push(...at.errors.map(String))
  }
  return said.join('\n')
}

const codeIn = (said: string): number | undefined => {
  const digits = /AADSTS(\d{5,8})/.exec(said)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

const transportCodes =
  /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPROTO|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID)\b/

const wordsToCodes: readonly (readonly [words: RegExp, code: string])[] = [
  [/self[- ]signed certificate in certificate chain/i, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/self[- ]signed certificate/i, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/unable to get local issuer certificate/i, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  [/unable to verify the first certificate/i, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]

/** Libraries wrap transport errors; the code is found in the text or its wording. */
const transportCode = (error: unknown, said: string): string | undefined =>
  wordsToCodes.find(([words]) => words.test(said))?.[1] ?? transportCodes.exec(said)?.[1] ?? systemCode(error)

const transportFailed = (error: unknown, said: string, { status }: SignInAttempt): boolean =>
  transportCode(error, said) !== undefined ||
  status === 407 ||
  (status !== undefined && (status === 429 || status >= 500))

const unreachable = (
  error: unknown,
  said: string,
  { authorityUrl, status }: SignInAttempt,
  facts: NonNullable<ConstructorParameters<typeof EntrapipeError>[2]>['facts'] & object,
): EntrapipeError => {
  const host = new URL(authorityUrl).host
  const code = transportCode(error, said)
  if (code === undefined)
    return new EntrapipeError(
      status === 407 ? 'SIGN_IN_FAILED' : 'GRAPH_UNAVAILABLE',
      status === 407
        ? `The proxy in front of ${host} requires a user name and password.`
        : `${host} answers ${status} to the sign-in.`,
      {
        cause: error,
        facts,
        ...(status === 407 && { fix: 'Set HTTPS_PROXY to http://user:password@host:port in the environment.' }),
      },
    )
  const failure = failureOf(Object.assign(new Error('the connection failed'), { code }))
  return new EntrapipeError(
    failure.final ? 'SIGN_IN_FAILED' : 'GRAPH_UNAVAILABLE',
    `Signing in at ${host} failed: ${failureWords(failure)}.`,
    { cause: error, facts: { ...facts, system: code } },
  )
}

/** A wrong clock explains many refusals. Entra reports its own time. */
const skewWords = (said: string, { nowMs, serverMs }: SignInAttempt): string => {
  const stamp = /Timestamp:\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)Z?/.exec(said)
  const there = stamp ? Date.parse(`${stamp[1]}T${stamp[2]}Z`) : serverMs
  const skewMs = there === undefined ? 0 : nowMs - there
  if (Math.abs(skewMs) < toleratedSkewMs) return ''
  const minutes = Math.round(Math.abs(skewMs) / 60_000)
  return ` This machine’s clock is ${minutes} minutes ${skewMs > 0 ? 'ahead' : 'behind'}. Synchronize it with a time server.`
}

/** The first sentence, without trace ids, time stamps and the library's inner messages. */
const firstSentence = (said: string): string => {
  const sentence = /AADSTS\d+:[^\r\n]*/.exec(said)?.[0] ?? said.split('\n')[0] ?? ''
  const text = printable(sentence.replace(/\s*Trace ID:.*$/s, ''))
  return text === '' ? 'no reason was given.' : asSentence(text)
}
