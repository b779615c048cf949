import type { Dispatcher } from 'undici'
import type { Link, Outcome } from './call.ts'
import { failureOf } from './failure.ts'
import { readBytes } from './read-bytes.ts'
import { textOf } from './text-of.ts'

/** How requests reach the service. */
interface SendOptions {
  readonly dispatcher: Dispatcher
  /** Ends in the version: `https://graph.microsoft.com/v1.0`. */
  readonly rootUrl: string
  /** Whether to ask for gzip: worth its time on any network, not on the machine itself. */
  readonly gzip: boolean
  /** Until the reply begins, and between two pieces of it. @default 120,000 */
  readonly timeoutMs?: number
}

/** Sends the request as it stands and reads the whole reply: one that breaks off is a failure. */
export const send = ({ dispatcher, rootUrl, gzip, timeoutMs = 120_000 }: SendOptions): Link => {
  const { origin, pathname } = new URL(rootUrl)
  return async (call, { method, headers, body }): Promise<Outcome> => {
    try {
      // Not through `new URL`, which would write quotes in a link in another way than the service did.
      const reply = await dispatcher.request({
        origin,
        path: pathname + sendable(call.request.url),
        method: method as Dispatcher.HttpMethod,
        headers: gzip
          ? { ...(headers as Record<string, string>), 'accept-encoding': 'gzip' }
          : (headers as Record<string, string>),
        body: (body as string | undefined) ?? null,
        signal: call.signal ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      })
      const status = reply.statusCode
      const lowered = plain(reply.headers)
      return {
        status,
        headers: lowered,
        body: bodyOf(await readBytes(reply, call.page?.into), status, lowered['content-type']),
      }
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason
      return failureOf(error)
    }
  }
}

/** Spaces and letters beyond ASCII cannot stand in a request line; Graph's own links have none. */
const sendable = (url: string): string => url.replace(/[^\x21-\x7e]+/gu, encodeURIComponent)

const plain = (headers: Record<string, string | string[] | undefined>): Record<string, string> => {
  const lowered: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) lowered[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return lowered
}

/** A refusal is read at once: the links in between look into it. A success stays bytes until it is wanted (see `parse`). */
const bodyOf = (bytes: Buffer, status: number, type: string | undefined): unknown => {
  if (bytes.length === 0) return undefined
  const isJson = type === undefined || type.includes('json')
  if (!isJson) return textOf(bytes)
  if (status < 400) return bytes
  const text = textOf(bytes)
  try {
    return JSON.parse(text)
  } catch {
    // A refusal holds without its body.
    return text
  }
}
