import { asSentence } from '../core/as-sentence.ts'
import { EntrapipeError, type ErrorOptions } from '../core/errors.ts'
import type { GraphReply, GraphRequest, Tenant } from '../core/graph.ts'
import { printable } from '../core/printable.ts'
import { permissionsFor } from './permissions-for.ts'

interface GraphError {
  readonly code?: unknown
  readonly message?: unknown
  readonly innerError?: { readonly 'request-id'?: unknown }
}

type Answered = Pick<GraphReply, 'status' | 'headers' | 'body'>

const errorOf = (body: unknown): GraphError => {
  const error = (body as { error?: unknown } | null | undefined)?.error
  return typeof error === 'object' && error !== null ? error : {}
}

/** Text from a server, safe for a terminal; undefined if it is empty or not a string. */
export const serverText = (value: unknown): string | undefined =>
  (typeof value === 'string' && printable(value)) || undefined

/** Graph's error code: `Request_ResourceNotFound`. */
export const graphCode = (reply: Pick<Answered, 'body'>): string | undefined => serverText(errorOf(reply.body).code)

/** Graph's error message. */
export const graphMessage = (reply: Pick<Answered, 'body'>): string | undefined =>
  serverText(errorOf(reply.body).message)

/** The id for Microsoft's support. */
export const requestIdOf = (reply: Answered): string | undefined =>
  serverText(reply.headers['request-id']) ?? serverText(errorOf(reply.body).innerError?.['request-id'])

/** Path of a URL for messages, without the query, which may name people. */
export const pathOf = (url: string): string => {
  const at = url.indexOf('?')
  return printable(at < 0 ? url : url.slice(0, at))
}

/** Facts for an error. */
export const replyFacts = (request: GraphRequest, reply: Answered): NonNullable<ErrorOptions['facts']> => ({
  status: reply.status,
  code: graphCode(reply),
  requestId: requestIdOf(reply),
  path: pathOf(request.url),
})

/** Whether a reply says that the caller lacks a permission or a role. */
const isForbidden = (reply: Answered): boolean =>
  reply.status === 403 &&
  /^(authorization_|forbidden$|accessdenied)|permissionmissing/i.test(graphCode(reply) ?? 'forbidden')

/** Whether a reply says that the tenant lacks a premium licence. */
const isUnlicensed = (reply: Answered): boolean => /nonpremiumtenant/i.test(graphCode(reply) ?? '')

/**
 * The error for a final refusal: `NOT_PERMITTED` (403 for lack of a permission), `SIGN_IN_FAILED` (401), `GRAPH_NOT_FOUND`
 * (404), else `GRAPH_REFUSED`. Facts: status, code, requestId, path.
 */
export const refusal = (request: GraphRequest, reply: Answered, tenant: Tenant): EntrapipeError => {
  const facts = replyFacts(request, reply)
  const what = `${request.method} ${pathOf(request.url)}`
  const said = asSentence(graphMessage(reply) ?? `status ${reply.status}, without a reason`)
  if (isForbidden(reply)) {
    const lacking = permissionsFor(request.method, request.url, said)
    return new EntrapipeError(
      'NOT_PERMITTED',
      `This sign-in is not permitted to ${what} in tenant "${tenant.name}": ${said}`,
      {
        facts: { ...facts, ...(lacking && { permissions: lacking.flat() }) },
        fix: lacking
          ? `Give the app ${lacking.map(anyOf => anyOf.join(' or ')).join(', and ')} with admin consent, then sign in again. A signed-in person also needs a directory role.`
          : 'Compare the app’s permissions with `entrapipe permissions`, and grant admin consent.',
      },
    )
  }
  if (reply.status === 401)
    return new EntrapipeError(
      'SIGN_IN_FAILED',
      `Graph does not accept the token for tenant "${tenant.name}": ${said}`,
      {
        facts,
        fix: 'Sign in again: an unfinished run continues where it stopped. If it happens again, check that the app or the person is still enabled, that the token is for this Graph, and that this machine’s clock is right.',
      },
    )
  if (reply.status === 404) return new EntrapipeError('GRAPH_NOT_FOUND', `${what} was not found: ${said}`, { facts })
  return new EntrapipeError('GRAPH_REFUSED', `Graph refused ${what}: ${said}`, {
    facts,
    ...(isUnlicensed(reply) && {
      fix: 'Graph returns signInActivity and sign-ins only if the tenant has a licence of Microsoft Entra ID P1 or P2.',
    }),
  })
}
