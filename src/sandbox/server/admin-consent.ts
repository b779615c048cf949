import { refusals, type Refusal } from './aadsts.ts'
import { graphAudiences } from './access-tokens.ts'
import type { Consented, Consents } from './consents.ts'
import type { Registration } from './shared-app.ts'

/** Where the administrator is sent after the consent. */
interface Redirect {
  readonly location: string
}

/** The pages where an administrator consents to an app for the whole tenant. Nobody is asked: it is as if one had agreed. */
export interface AdminConsent {
  /**
   * @param version of the endpoint: 2 has a scope
   * @param origin of this service, which stands for Microsoft Graph
   */
  answer(query: URLSearchParams, version: 1 | 2, origin: string): Refusal | Redirect
}

const oidc: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access'])

/** The port of a redirect to this machine is not compared. @see https://learn.microsoft.com/entra/identity-platform/reply-url#localhost-exceptions */
const comparable = (text: string): string => {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  if (['localhost', '127.0.0.1'].includes(url.hostname)) url.port = ''
  return url.href
}

const redirectOf = (asked: string | null, { redirectUris }: Registration, appId: string): string | Refusal => {
  const uri = asked ?? redirectUris[0]
  if (uri === undefined) return refusals.replyUrlMissing()
  return redirectUris.some(one => comparable(one) === comparable(uri)) ? uri : refusals.replyUrlUnknown(uri, appId)
}

/** What a scope asks for: all that is registered (`/.default`), or delegated permissions by name. */
const scopeOf = (scope: string, origin: string): Consented | Refusal => {
  const asked = scope.split(' ').filter(one => one !== '' && !oidc.has(one))
  const scopes: string[] = []
  let all = false
  for (const one of asked) {
    const at = one.lastIndexOf('/')
    const [resource, name] = [one.slice(0, Math.max(0, at)), one.slice(at + 1)]
    if (resource !== '' && resource !== origin && !graphAudiences.has(resource)) return refusals.scopeMalformed(one)
    if (name === '.default') all = true
    else scopes.push(name)
  }
  return all ? 'all' : { roles: [], scopes }
}

/**
 * Creates `GET /{tenant}/adminconsent` and `GET /{tenant}/v2.0/adminconsent`.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#request-the-permissions-from-a-directory-admin
 */
export const createAdminConsent = (options: {
  readonly consents: Consents
  readonly tenantId: string
}): AdminConsent => {
  const { consents, tenantId } = options
  return {
    answer(query, version, origin) {
      const appId = query.get('client_id')
      if (!appId) return refusals.parameterMissing('client_id')
      const scope = query.get('scope')
      if (version === 2 && !scope) return refusals.parameterMissing('scope')
      const about = consents.registration(appId)
      if (!about) return refusals.appUnknown(appId, tenantId)
      const redirect = redirectOf(query.get('redirect_uri'), about, appId)
      if (typeof redirect !== 'string') return redirect
      const consented = version === 2 ? scopeOf(scope!, origin) : 'all'
      if (typeof consented === 'object' && 'code' in consented) return consented
      const unknown = consented === 'all' ? undefined : consented.scopes.find(name => !consents.isScope(name))
      if (unknown !== undefined) return refusals.scopeMalformed(unknown)
      consents.give(consented)
      const state = query.get('state')
      const location = new URL(redirect)
      location.searchParams.set('admin_consent', 'True')
      location.searchParams.set('tenant', tenantId)
      if (version === 2) location.searchParams.set('scope', scope!)
      if (state !== null) location.searchParams.set('state', state)
      return { location: location.href }
    },
  }
}
