import { createHash } from 'node:crypto'
import type { Json } from '../../core/json.ts'
import type { Cursor } from '../directory/types.ts'
import type { SandboxReply } from '../protocol.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'
import type { Options } from './options.ts'
import { context, jsonReply } from './replies.ts'

/** Some rows of a listing, as JSON text. */
export interface Rows {
  readonly json: readonly string[]
  /** Absent at the end. */
  readonly cursor?: Cursor | undefined
}

/** A listing that can be read from any place in it. */
export interface Listing {
  /** What `@odata.context` says after the hash. */
  readonly context: string
  /** Only asked where the count is wanted. */
  count(): number
  rows(limit: number, from: Cursor | undefined): Rows | Promise<Rows>
}

/** The contents of a page token: the position, the listing, and its state. */
interface PageToken {
  /** Digest of the path and the query options: a token is good for its own listing only. */
  readonly of: string
  /** Links followed so far: no two links of one listing are alike. */
  readonly n: number
  readonly at: Cursor | null
  /** When it was made. */
  readonly ms: number
  readonly generation: number
  /** True when the directory will not find it again: it came with the reply to a retried request. */
  readonly gone?: true
}

/**
 * One page of a listing as a reply: the link on the request's own root, with all query options and a signed token; the
 * count on the first page only; the paging fault of the request, if it carries one.
 *
 * @throws GraphFault 400 for a tampered, foreign, expired or vanished token
 */
export const pageReply = async (
  call: Call,
  listing: Listing,
  options: Options,
  limit: number,
): Promise<SandboxReply> => {
  const { request, tokens, clock, directory } = call
  const of = digest(call, options)
  const token = openToken(call, options, of)
  const here = token?.at ?? null
  const empty = request.pageFault === 'emptyPage'
  const rows = empty ? { json: [] } : await listing.rows(limit, here ?? undefined)
  const again = empty || request.pageFault === 'duplicatedPage'
  const next = again ? here : rows.cursor
  const gone = request.retried === true && request.pageFault === 'tokenGoneAfterRetry'
  const link = (at: Cursor | null): string => {
    const value: PageToken = {
      of,
      n: (token?.n ?? 0) + 1,
      at,
      ms: clock.now(),
      generation: directory.generation,
      ...(gone ? { gone } : {}),
    }
    // What came in a batch was never in a request line: it may have spaces and letters beyond ASCII.
    const query = options.carried.replace(/[^\x21-\x7e]+/gu, encodeURIComponent)
    const carried = query === '' ? '' : `${query}&`
    return `${request.root}${request.path}?${carried}$skiptoken=${tokens.seal({ ...value } as Json)}`
  }
  const nextLink =
    request.pageFault === 'repeatedLink'
      ? `${request.root}${request.path}${request.query === '' ? '' : `?${request.query}`}`
      : next === undefined
        ? undefined
        : link(next)
  const counts = options.count === true && options.advanced && token === undefined
  return jsonReply(
    [
      context(request.root, listing.context),
      counts ? `,"@odata.count":${listing.count()}` : '',
      nextLink === undefined ? '' : `,"@odata.nextLink":${JSON.stringify(nextLink)}`,
      `,"value":[`,
      rows.json.join(','),
      ']}',
    ].join(''),
  )
}

const digest = (
  { request }: Call,
  { eventual: _, advanced: __, carried: ___, skiptoken: ____, ...query }: Options,
): string =>
  createHash('sha256')
    .update(JSON.stringify([request.path.toLowerCase(), Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('base64url')
    .slice(0, 16)

const openToken = (call: Call, options: Options, of: string): PageToken | undefined => {
  if (options.skiptoken === undefined) return undefined
  if (call.request.pageFault === 'expiredPageToken') throw faults.pageTokenExpired()
  const token = call.tokens.open(options.skiptoken) as PageToken | undefined
  if (token?.of !== of) throw faults.pageTokenInvalid()
  if (token.gone) throw faults.pageTokenGone()
  const life = call.knobs.pageTokenLifeMs
  const ages = options.filter !== undefined && !options.advanced && life > 0
  if (ages && call.clock.now() - token.ms > life) throw faults.pageTokenExpired()
  return token
}
