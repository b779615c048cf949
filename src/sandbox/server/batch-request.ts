import { GraphFault } from '../protocol.ts'
import { plainDollars } from './plain-dollars.ts'

/** A validated entry of a `$batch`. */
export interface BatchEntry {
  readonly id: string
  readonly method: string
  /** Below the version root, with a leading slash. */
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** A GraphFault when the body is invalid: only this entry fails. */
  readonly body: unknown
  /** Id of the entry that must succeed first. */
  readonly after: string | undefined
}

const most = 20
const methods = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE'])
const bad = (message: string): GraphFault => new GraphFault(400, 'BadRequest', message)
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const headersOf = (value: unknown, id: string): Record<string, string> => {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) throw bad(`Invalid headers in batch request with id: ${id}.`)
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name.toLowerCase(), String(text)]))
}

/** Graph accepts numbers and converts them to strings. The CLI for Microsoft 365 sends numbers. */
const idOf = (value: unknown): string | undefined => {
  const id = typeof value === 'number' ? String(value) : value
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** A JSON object is used as is. A string is base64 of the bytes that the content type describes. */
const bodyOf = (body: unknown, contentType: string, id: string): unknown => {
  if (typeof body !== 'string') return body ?? undefined
  const bytes = Buffer.from(body, 'base64')
  if (bytes.toString('base64').replace(/=+$/, '') !== body.replace(/=+$/, ''))
    return bad(`Invalid body in batch request with id: ${id}. A body must be a JSON object or base64 text.`)
  if (!/\bjson\b/i.test(contentType)) return bytes
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    // The parser's message would refer to positions in text that the caller did not write.
    return bad(
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    )
  }
}

const entryOf = (value: unknown): BatchEntry => {
  if (!isObject(value)) throw bad('Invalid batch payload format.')
  const { method, url, dependsOn } = value
  const id = idOf(value['id'])
  if (id === undefined) throw bad('Invalid batch payload format. Each request needs an id.')
  if (typeof method !== 'string' || !methods.has(method.toUpperCase()))
    throw bad(`Invalid method in batch request with id: ${id}.`)
  if (typeof url !== 'string' || url === '') throw bad(`Invalid url in batch request with id: ${id}.`)
  const headers = headersOf(value['headers'], id)
  const contentType = headers['content-type'] ?? ''
  const hasBody = value['body'] !== undefined && value['body'] !== null
  const writes = method.toUpperCase() !== 'GET' && method.toUpperCase() !== 'DELETE'
  if ((writes && !hasBody) || (hasBody && !contentType))
    throw bad(`Write request id : ${id} does not contain Content-Type header or body.`)
  if (dependsOn !== undefined && dependsOn !== null && !Array.isArray(dependsOn))
    throw bad(`Invalid dependsOn in batch request with id: ${id}.`)
  const [first, ...others] = (dependsOn as unknown[] | undefined | null) ?? []
  const after = idOf(first)
  if (others.length || (first !== undefined && after === undefined))
    throw bad(`Invalid dependsOn in batch request with id: ${id}. A request can depend on one other request only.`)
  return {
    id,
    method: method.toUpperCase(),
    url: plainDollars(url.startsWith('/') ? url : `/${url}`),
    headers,
    body: bodyOf(value['body'], contentType, id),
    after,
  }
}

/** Supported orders: all parallel, one serial chain, or several entries that depend on the same one. */
const checkOrder = (entries: readonly BatchEntry[]): void => {
  const ids = new Map(entries.map((entry, at) => [entry.id.toLowerCase(), at]))
  for (const [at, entry] of entries.entries()) {
    if (entry.after === undefined) continue
    const on = ids.get(entry.after.toLowerCase())
    if (on === undefined || on === at)
      throw bad(
        `Invalid dependsOn in batch request with id: ${entry.id}. Request with id: ${entry.after} is not part of the batch.`,
      )
    if (on > at)
      throw bad(`Invalid dependsOn in batch request with id: ${entry.id}. A request can depend on an earlier one only.`)
  }
  const dependants = entries.filter(entry => entry.after !== undefined)
  const serial = entries.every(
    (entry, at) => at === 0 || entry.after?.toLowerCase() === entries[at - 1]?.id.toLowerCase(),
  )
  const same = new Set(dependants.map(entry => entry.after?.toLowerCase())).size <= 1
  if (!serial && !same)
    throw bad('Invalid dependsOn. Requests of a batch are parallel, serial, or depend on one same request.')
}

/**
 * Validates the body of a `$batch`. An error here fails the whole batch.
 *
 * @throws GraphFault 400 `BadRequest`
 * @see https://learn.microsoft.com/graph/json-batching
 */
export const readBatch = (body: unknown): readonly BatchEntry[] => {
  if (!isObject(body) || !Array.isArray(body['requests']) || body['requests'].length === 0)
    throw bad('Invalid batch payload format.')
  const requests: readonly unknown[] = body['requests']
  if (requests.length > most) throw bad(`Number of batch request steps exceeds the max value of ${most}.`)
  const entries = requests.map(entryOf)
  const seen = new Set<string>()
  for (const { id } of entries) {
    if (seen.has(id.toLowerCase())) throw bad(`Duplicate request id: ${id} in the batch.`)
    seen.add(id.toLowerCase())
  }
  checkOrder(entries)
  return entries
}
