import { timingSafeEqual } from 'node:crypto'
import { refusals, type Refusal } from './aadsts.ts'
import { graphAudiences, type AccessTokens } from './access-tokens.ts'
import type { App, Apps } from './apps.ts'
import { judgeAssertion } from './client-assertion.ts'
import type { Consents } from './consents.ts'
import type { RefreshGrant } from './refresh-grant.ts'

/** The endpoint `/oauth2/v2.0/token`, for apps. */
export interface TokenEndpoint {
  /** Answers a token request. `form` is the body as sent. */
  answer(form: URLSearchParams, at: { readonly tenant: string; readonly origin: string }): Promise<Refusal | Granted>
}

interface Granted {
  readonly accessToken: string
  readonly expiresIn: number
  /** Of a signed-in person. */
  readonly refreshToken?: string
  readonly scope?: string
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const equal = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

const oidc: readonly string[] = ['openid', 'profile', 'email', 'offline_access']
const graphUrl = 'https://graph.microsoft.com'

interface Wanted {
  readonly resource: string
  /** All without. */
  readonly names?: readonly string[]
}

/** Returns the resource of a scope such as `https://graph.microsoft.com/.default`, or the error for an invalid one. */
const resourceOf = (scope: string, origin: string, tenant: string): string | Refusal => {
  const asked = scope.split(' ').filter(one => one && !oidc.includes(one))
  const [only] = asked
  if (asked.length !== 1 || only === undefined) return refusals.scopeMalformed(scope)
  if (!only.endsWith('/.default')) return refusals.scopeInvalid(only)
  const resource = only.slice(0, -'/.default'.length)
  return graphAudiences.has(resource) || resource === origin ? resource : refusals.resourceUnknown(resource, tenant)
}

/** Creates `POST /{tenant}/oauth2/v2.0/token`, for client credentials and refresh tokens. @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
export const createTokenEndpoint = (options: {
  readonly apps: Apps
  readonly consents: Consents
  readonly refreshGrant: RefreshGrant
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

  /** What a person's sign-in asks for: all that was consented to, or permissions by name. */
  const wantedBy = (scope: string, origin: string, tenant: string): Wanted | Refusal => {
    const asked = scope.split(' ').filter(one => one && !oidc.includes(one))
    const resources = new Set(asked.map(one => (one.includes('/') ? one.slice(0, one.lastIndexOf('/')) : graphUrl)))
    const [resource = graphUrl] = resources
    if (resources.size > 1) return refusals.scopeMalformed(scope)
    if (!graphAudiences.has(resource) && resource !== origin) return refusals.resourceUnknown(resource, tenant)
    const names = asked.map(one => one.slice(one.lastIndexOf('/') + 1))
    return { resource, ...(names.length === 0 || names.includes('.default') ? {} : { names }) }
  }

  const refreshed = async (form: URLSearchParams, appId: string, tenant: string, origin: string) => {
    const consented = consents.find(appId)
    const app = apps.find(appId) ?? consented ?? consents.known(appId)
    if (!app) return refusals.appUnknown(appId, tenant)
    const token = form.get('refresh_token')
    if (!token) return refusals.parameterMissing('refresh_token')
    if (!form.has('client_secret') && !form.has('client_assertion')) return refusals.notPublic()
    const refusal = await credentialRefusal(form, app, origin)
    if (refusal) return refusal
    const wanted = wantedBy(form.get('scope') ?? '', origin, tenant)
    if ('code' in wanted) return wanted
    const { resource: audience, names } = wanted
    return options.refreshGrant.answer({ token, app, audience, consented: consented?.scopes ?? [], wanted: names })
  }

  return {
    async answer(form, { tenant, origin }) {
      const grant = form.get('grant_type')
      if (!grant) return refusals.parameterMissing('grant_type')
      const appId = form.get('client_id')
      if (!appId) return refusals.parameterMissing('client_id')
      if (grant === 'refresh_token') return refreshed(form, appId, tenant, origin)
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
