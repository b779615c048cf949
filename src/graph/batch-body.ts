import type { GraphRequest } from '../core/graph.ts'
import type { Json } from '../core/json.ts'
import type { Reply } from './call.ts'
import { withErrorInside } from './error-inside.ts'

/** Maximum number of entries in a `$batch`. @see https://learn.microsoft.com/graph/json-batching */
export const widest = 20

/** A request as an entry of a batch. */
interface BatchEntry {
  readonly request: GraphRequest
  readonly clientRequestId: string
}

/**
 * The body of a `$batch`. Entries have the ids 1, 2, 3 …; in a chain each entry depends on the one before.
 *
 * @see https://learn.microsoft.com/graph/json-batching#sequencing-requests-with-the-dependson-property
 */
export const batchBody = (entries: readonly BatchEntry[], isChain: boolean): string =>
  JSON.stringify({ requests: entries.map((entry, at) => asJson(entry, at, isChain)) })

const asJson = ({ request, clientRequestId }: BatchEntry, at: number, isChain: boolean): Json => {
  const { method, url, headers = {} } = request
  // Graph refuses the whole batch if a POST, PATCH or PUT lacks a body or its content type.
  const body = request.body ?? (method === 'GET' || method === 'DELETE' ? undefined : {})
  const isTyped = Object.keys(headers).some(name => name.toLowerCase() === 'content-type')
  return {
    id: String(at + 1),
    ...(isChain && at > 0 && { dependsOn: [String(at)] }),
    method,
    url,
    headers: {
      ...withoutId(headers),
      'client-request-id': clientRequestId,
      ...(body !== undefined && !isTyped && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  }
}

/** The announced id identifies the attempt, so a header of the caller does not replace it. */
const withoutId = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'client-request-id'))

/** The entries of a batch reply by id; empty if it is not a batch reply. Entries may be missing. */
export const repliesIn = ({ body, status, headers }: Reply): ReadonlyMap<string, Reply> => {
  const found = new Map<string, Reply>()
  const entries = status === 200 ? (body as { responses?: unknown } | null | undefined)?.responses : undefined
  if (!Array.isArray(entries)) return found
  for (const entry of entries as readonly (Readonly<Record<string, unknown>> | null | undefined)[])
    found.set(
      String(entry?.['id']),
      withErrorInside({
        status: Number(entry?.['status']),
        headers: { ...(headers['date'] !== undefined && { date: headers['date'] }), ...lowerCased(entry?.['headers']) },
        body: entry?.['body'],
      }),
    )
  return found
}

/** Headers with lower-case names. */
const lowerCased = (headers: unknown): Record<string, string> =>
  typeof headers === 'object' && headers !== null
    ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
    : {}
