import { EntrapipeError } from '../core/errors.ts'
import type { GraphRequest } from '../core/graph.ts'
import { isReadingPost } from '../data/costs.ts'

const withoutQuery = (url: string): string => {
  const at = url.indexOf('?')
  return at < 0 ? url : url.slice(0, at)
}

/** Entries of a `$batch`; undefined for any other request, and for a batch without readable entries. */
export const entries = ({ url, body }: GraphRequest): readonly GraphRequest[] | undefined => {
  if (url !== '/$batch') return undefined
  const requests = (body as { requests?: unknown } | undefined)?.requests
  return Array.isArray(requests) &&
    requests.every(entry => typeof entry?.method === 'string' && typeof entry?.url === 'string')
    ? (requests as GraphRequest[])
    : undefined
}

/**
 * Whether a request only reads: GET, `getByIds`, `checkMemberGroups` and similar, and a `$batch` of such requests. This is
 * an allow-list: a request that is not on it counts as a change.
 */
export const reads = (request: GraphRequest): boolean => {
  if (request.method === 'GET') return true
  if (request.method !== 'POST') return false
  const inside = entries(request)
  if (inside) return inside.every(reads)
  const path = withoutQuery(request.url)
  // A server may interpret these characters differently.
  return isReadingPost(path) && !/[#\\]|\.\./.test(path)
}

/** Whether a request is safe to repeat: it only reads, or is marked as repeatable. For a batch, every entry must be. */
export const isRepeatable = (request: GraphRequest): boolean =>
  request.repeatable ?? entries(request)?.every(isRepeatable) ?? reads(request)

/** @throws EntrapipeError `GRAPH_READ_ONLY` if the request would change the directory */
export const refuseChange = (request: GraphRequest): void => {
  if (reads(request)) return
  const path = withoutQuery(request.url)
  throw new EntrapipeError(
    'GRAPH_READ_ONLY',
    `${request.method} ${path} would change the directory, and this client is read-only. Nothing was sent.`,
    { facts: { method: request.method, path } },
  )
}
