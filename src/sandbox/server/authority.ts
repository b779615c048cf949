import { randomUUID } from 'node:crypto'
import type { AdminConsent } from './admin-consent.ts'
import { refusalBody, refusals, type Refusal } from './aadsts.ts'
import type { AccessTokens } from './access-tokens.ts'
import { jsonReply, type Incoming, type Reply } from './reply.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

/** The sign-in service. */
export interface Authority {
  /** Whether a path belongs to sign-in. */
  owns(path: string): boolean
  answer(incoming: Incoming, path: string): Promise<Reply>
}

const paths =
  /^\/(?<tenant>[^/]+)\/(?<what>oauth2\/v2\.0\/(?:token|devicecode|authorize|logout)|(?:v2\.0\/)?adminconsent|v2\.0\/\.well-known\/openid-configuration|discovery\/(?:instance|v2\.0\/keys))$/

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const domainName = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i

/**
 * Reads the credentials that an app sends in a header instead of the form. Both parts are form-encoded before they are joined.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6749#section-2.3.1
 */
const basicCredentials = (authorization: string | undefined): readonly (readonly [name: string, value: string])[] => {
  const [, encoded] = /^Basic\s+([\w+/=-]+)\s*$/i.exec(authorization ?? '') ?? []
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? []
  if (id === undefined || secret === undefined) return []
  const decoded = new URLSearchParams(`client_id=${id}&client_secret=${secret}`)
  return [...decoded]
}

/**
 * Creates the sign-in service: metadata, keys, and the token endpoint, for one tenant, which is named by its id or one of
 * its domains.
 */
export const createAuthority = (options: {
  readonly endpoint: TokenEndpoint
  readonly adminConsent: AdminConsent
  readonly tokens: AccessTokens
  readonly tenantId: string
  /** Verified domains: each of them names the tenant. */
  readonly domains: readonly string[]
  readonly now: () => number
}): Authority => {
  const { tenantId } = options
  const names = new Set([tenantId, ...options.domains].map(name => name.toLowerCase()))

  const refuse = (refusal: Refusal, incoming: Incoming): Reply => {
    const correlation = incoming.headers['client-request-id'] ?? randomUUID()
    return jsonReply(refusal.status, refusalBody(refusal, options.now(), correlation), {
      'x-ms-request-id': randomUUID(),
      'client-request-id': correlation,
    })
  }

  const metadata = (origin: string) => ({
    token_endpoint: `${origin}/${tenantId}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${origin}/${tenantId}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${origin}/${tenantId}/v2.0`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${origin}/${tenantId}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${origin}/${tenantId}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${origin}/${tenantId}/oauth2/v2.0/logout`,
    tenant_region_scope: 'EU',
    cloud_instance_name: new URL(origin).host,
    cloud_graph_host_name: new URL(origin).host,
    msgraph_host: new URL(origin).host,
  })

  /** MSAL requests this before it trusts an unknown sign-in host. */
  const instance = (origin: string, tenant: string) => {
    const host = new URL(origin).host
    return {
      tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    }
  }

  const token = async (incoming: Incoming, tenant: string): Promise<Reply> => {
    const form = new URLSearchParams(incoming.body.toString('utf8'))
    for (const [name, value] of basicCredentials(incoming.headers['authorization']))
      if (!form.has(name)) form.set(name, value)
    const answer = await options.endpoint.answer(form, { tenant, origin: incoming.origin })
    if ('code' in answer) return refuse(answer, incoming)
    return jsonReply(
      200,
      {
        token_type: 'Bearer',
        expires_in: answer.expiresIn,
        ext_expires_in: answer.expiresIn,
        access_token: answer.accessToken,
        ...(answer.refreshToken === undefined ? {} : { refresh_token: answer.refreshToken }),
        ...(answer.scope === undefined ? {} : { scope: answer.scope }),
      },
      { Pragma: 'no-cache', 'x-ms-request-id': randomUUID() },
    )
  }

  const consent = (incoming: Incoming, version: 1 | 2): Reply => {
    const query = new URLSearchParams(incoming.url.split('?').slice(1).join('?'))
    const answer = options.adminConsent.answer(query, version, incoming.origin)
    if ('code' in answer) return refuse(answer, incoming)
    return { status: 302, headers: { Location: answer.location }, body: undefined }
  }

  return {
    owns: path => paths.test(path),
    async answer(incoming, path) {
      const { tenant = '', what = '' } = paths.exec(path)?.groups ?? {}
      if (what === 'discovery/instance') return jsonReply(200, instance(incoming.origin, tenantId))
      if (!names.has(tenant.toLowerCase()))
        return refuse(
          guid.test(tenant) || domainName.test(tenant)
            ? refusals.tenantUnknown(tenant)
            : refusals.tenantMalformed(tenant),
          incoming,
        )
      if (what.endsWith('adminconsent')) return consent(incoming, what.startsWith('v2') ? 2 : 1)
      if (what.startsWith('v2.0/')) return jsonReply(200, metadata(incoming.origin))
      if (what.startsWith('discovery/')) return jsonReply(200, options.tokens.jwks)
      if (what === 'oauth2/v2.0/token' && incoming.method === 'POST') return token(incoming, tenant)
      if (what === 'oauth2/v2.0/token') return refuse(refusals.parameterMissing('grant_type'), incoming)
      // Device code and browser sign-in need a public client; the sandbox has none.
      return refuse(refusals.notPublic(), incoming)
    },
  }
}
