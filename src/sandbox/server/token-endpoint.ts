import { timingSafeEqual } from 'node:crypto'
import { refusals, type Refusal } from './aadsts.ts'
import { graphAudiences, type AccessTokens } from './access-tokens.ts'
import type { App, Apps } from './apps.ts'
import { judgeAssertion } from './client-assertion.ts'
import type { Consents } from './consents.ts'

/** The endpoint `/oauth2/v2.0/token`, for apps. */
export interface TokenEndpoint {
  /** Answers a token request. `form` is the body as sent. */
  answer(form: URLSearchParams, at: { readonly tenant: string; readonly origin: string }): Promise<Refusal | Granted>
}

interface Granted {
  readonly accessToken: string
  readonly expiresIn: number
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const equal = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Returns the resource of a scope such as `https://graph.microsoft.com/.default`, or the error for an invalid one. */
const resourceOf = (scope: string, origin: string, tenant: string): string | Refusal => {
  const asked = scope.split(' ').filter(one => one && !['openid', 'profile', 'offline_access'].includes(one))
  const [only] = asked
  if (asked.length !== 1 || only === undefined) return refusals.scopeMalformed(scope)
  if (!only.endsWith('/.default')) return refusals.scopeInvalid(only)
  const resource = only.slice(0, -'/.default'.length)
  return graphAudiences.has(resource) || resource === origin ? resource : refusals.resourceUnknown(resource, tenant)
}

/** Creates `POST /{tenant}/oauth2/v2.0/token`, for client credentials only. @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
export const createTokenEndpoint = (options: {
  readonly apps: Apps
  readonly consents: Consents
  readonly tokens: AccessTokens
  readonly tenantId: string
  readonly domains: readonly string[]
  readonly now: () => number
}): TokenEndpoint => {
  const { apps, consents, tokens, tenantId } = options

  const secretRefusal = (app: App, secret: string): Refusal | undefined => {
    const known = app.secrets.find(at => equal(at.value, secret))
    if (!known) return refusals.secretWrong(app.appId)
    return known.expired ? refusals.secretExpired(app.appId) : undefined
  }

  const credentialRefusal = async (form: URLSearchParams, app: App, origin: string): Promise<Refusal | undefined> => {
    const secret = form.get('client_secret')
    if (secret) return secretRefusal(app, secret)
    const assertion = form.get('client_assertion')
    if (!assertion || form.get('client_assertion_type') !== assertionType) return refusals.credentialMissing()
    const audiences = [tenantId, ...options.domains].flatMap(name => [
      `${origin}/${name}/oauth2/v2.0/token`,
      `${origin}/${name}/v2.0`,
    ])
    return judgeAssertion({ assertion, app, audiences, nowMs: options.now() })
  }

  return {
    async answer(form, { tenant, origin }) {
      const grant = form.get('grant_type')
      if (!grant) return refusals.parameterMissing('grant_type')
      const appId = form.get('client_id')
      if (!appId) return refusals.parameterMissing('client_id')
      const consented = consents.find(appId)
      const app = apps.find(appId) ?? consented
      if (!app) return refusals.appUnknown(appId, tenant)
      if (grant !== 'client_credentials')
        return form.has('client_secret') || form.has('client_assertion')
          ? refusals.grantUnsupported(grant)
          : refusals.notPublic()
      const scope = form.get('scope')
      if (!scope) return refusals.parameterMissing('scope')
      const resource = resourceOf(scope, origin, tenant)
      if (typeof resource !== 'string') return resource
      const refusal = await credentialRefusal(form, app, origin)
      if (refusal) return refusal
      if (consented?.isEnabled === false) return refusals.appDisabled(app.appId)
      if (app.refuse === 'conditionalAccess') return refusals.blocked()
      if (app.refuse === 'consent') return refusals.consentMissing(app.appId, app.displayName)
      const credential = form.has('client_secret') ? '1' : '2'
      return {
        accessToken: await tokens.issue({
          app,
          audience: resource,
          credential,
          ...(consented ? { roles: consented.roles } : {}),
        }),
        expiresIn: tokens.lifetimeSeconds,
      }
    },
  }
}
