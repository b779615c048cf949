import { trustedAuthorities } from '../authorities.ts'
import { createDispatcher } from '../dispatcher.ts'
import { proxyFor } from '../proxy.ts'
import type { SignInAttempt } from '../sign-in-failed.ts'
import type { SignInSetting } from './setting.ts'

/** What the library says when it could not read where a tenant's endpoints are; the reason it keeps to itself. */
const reasonless =
  /endpoints_resolution_error|openid_config_error|network_error|no_network_connectivity|(post|get)_request_failed/i

/** Whether a failed sign-in leaves open why, so that it is worth asking once more. */
export const leavesOpenWhy = (error: unknown): boolean =>
  error instanceof Error && reasonless.test(error.message) && !/AADSTS\d/.test(error.message)

/**
 * Asks the authority for the tenant's endpoints, as the library did and by the same way, to learn why that failed: a
 * wrong tenant, a certificate, the network.
 */
export const whyUnreachable = async (
  { authorityUrl, tenantId = 'organizations', environment, caFile }: SignInSetting,
  error: unknown,
  signal?: AbortSignal,
): Promise<Pick<SignInAttempt, 'status' | 'serverMs'> & { readonly error: unknown }> => {
  const authority = new URL(authorityUrl)
  const proxy = proxyFor(authority, environment)
  const ca = await trustedAuthorities(environment, caFile)
  const dispatcher = createDispatcher({ ...(proxy !== undefined && { proxy }), ...(ca && { ca }) })
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: authority.origin,
      path: `/${encodeURIComponent(tenantId)}/v2.0/.well-known/openid-configuration`,
      method: 'GET',
      signal: signal ?? null,
    })
    const text = await body.text()
    const serverMs = Date.parse(String(headers['date']))
    return {
      error:
        statusCode === 200
          ? error
          : new Error(/AADSTS\d+:[^"\\]*/.exec(text)?.[0] ?? `status ${statusCode}`, { cause: error }),
      ...(statusCode !== 200 && { status: statusCode }),
      ...(serverMs > 0 && { serverMs }),
    }
  } catch (cause) {
    return { error: cause }
  } finally {
    await dispatcher.destroy()
  }
}
