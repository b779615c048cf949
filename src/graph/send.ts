import { randomUUID } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { Alarm } from '../core/clock.ts'
import { beforeWriting } from './before-writing.ts'
import type { Ended, Link } from './call.ts'
import { failureOf } from './failure.ts'
import { readBytes } from './read-bytes.ts'
import { textOf } from './text-of.ts'
import { watchdog } from './watchdog.ts'

/** Options of `send`. */
interface SendOptions {
  readonly dispatcher: Dispatcher
  /** Ends in the version: `https://graph.microsoft.com/v1.0`. */
  readonly rootUrl: string
  /** Whether to request gzip: useful over any network, but not on loopback. */
  readonly gzip: boolean
  /** Timer for missing replies; see `watchdog`. */
  readonly alarm: Alarm
}

/** Sends the request and reads the complete reply, a page when there is memory for it. A truncated or trickling reply is a failed attempt. */
export const send = ({ dispatcher, rootUrl, gzip, alarm }: SendOptions): Link => {
  const { origin, pathname } = new URL(rootUrl)
  return async (call, { method, headers, body }): Promise<Ended> => {
    const leaving = call.leave ? await call.leave() : (body as string | undefined)
    call.signal?.throwIfAborted()
    const { unanswered: before = false } = call
    call.unanswered = true
    const guard = call.writing && beforeWriting(dispatcher, call.writing)
    const cut = call.settles ? undefined : call.signal
    const watched = watchdog(alarm, cut)
    const sent = { 'client-request-id': randomUUID(), ...(headers as Record<string, string>) }
    try {
      // Not through `new URL`, which would rewrite quotes in a link.
      const reply = await (guard?.dispatcher ?? dispatcher).request({
        origin,
        path: pathname + sendable(call.request.url),
        method: method as Dispatcher.HttpMethod,
        headers: gzip ? { ...sent, 'accept-encoding': 'gzip' } : sent,
        body: leaving ?? null,
        signal: watched.signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      const status = reply.statusCode
      const lowered = plain(reply.headers)
      const waits = call.page?.into.ready(watched.signal)
      if (waits) {
        call.stepAside?.()
        await watched.aside(waits)
      }
      const bytes = await readBytes({ headers: lowered, body: watched.watch(reply.body) }, call.page?.into)
      return { status, headers: lowered, body: bodyOf(bytes, status, lowered['content-type']) }
    } catch (error) {
      call.page?.into.free()
      if (guard?.refused) {
        call.unanswered = before
        throw guard.refused.error
      }
      if (cut?.aborted) throw cut.reason
      return failureOf(watched.signal.aborted ? watched.signal.reason : error)
    } finally {
      watched.rest()
    }
  }
}

/** A request line cannot contain spaces and non-ASCII characters; Graph's own links have none. */
const sendable = (url: string): string => url.toWellFormed().replace(/[^\x21-\x7e]+/gu, encodeURIComponent)

const plain = (headers: Record<string, string | string[] | undefined>): Record<string, string> => {
  const lowered: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) lowered[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return lowered
}

/** A refusal is parsed at once, since the links in between inspect it. A success stays bytes until needed (see `parse`). */
const bodyOf = (bytes: Buffer, status: number, type: string | undefined): unknown => {
  if (bytes.length === 0) return undefined
  const isJson = type === undefined || type.includes('json')
  if (status < 400) return isJson ? bytes : textOf(bytes)
  const text = bytes.toString('utf8')
  if (!isJson) return text
  try {
    return JSON.parse(text)
  } catch {
    // A refusal is valid without its body.
    return text
  }
}
