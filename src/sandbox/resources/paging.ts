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

/** A listing that can be read from any position. */
export interface Listing {
  /** The part of `@odata.context` after the hash. */
  readonly context: string
  /** Only called if the reply contains the count. */
  count(): number
  rows(limit: number, from: Cursor | undefined): Rows | Promise<Rows>
}

/** The contents of a page token: the position, the listing, and its state. */
interface PageToken {
  /** Digest of path and query options: a token is valid for its own listing only. */
  readonly of: string
  /** Number of links followed so far, so that all links of a listing differ. */
  readonly n: number
  readonly at: Cursor | null
  /** Time of creation. */
  readonly ms: number
  readonly generation: number
  /** The token will not be found: it was in the reply to a retried request. */
  readonly gone?: true
}

/**
 * Returns a page of a listing as a reply. The link starts with the request's own root and has all query options and a signed
 * token. Only the first page has the count. A paging fault of the request is applied.
 *
 * @throws GraphFault 400 for a token that is invalid, of another listing, expired or not found
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
    // A query in a batch was not in a request line: it may contain spaces and non-ASCII characters.
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
