import { EntrapipeError } from '../core/errors.ts'
import type { GraphPage, GraphReply } from '../core/graph.ts'
import { belowRoot } from './links.ts'
import type { OtherBody, PageBody, Piece, Unparsed } from './page-body.ts'
import type { PooledBuffer } from './page-pool.ts'
import { pathOf } from './refusal.ts'

/** A page with unparsed values. */
export interface OpenPage extends Omit<GraphPage<unknown>, 'values' | 'unfinished'> {
  readonly pieces: PageBody['pieces']
  readonly bytes: PooledBuffer
}

/**
 * Makes a page from the reply to `url`, whose bytes are in `bytes`.
 *
 * @throws EntrapipeError `GRAPH_REFUSED` if the reply is not a collection, `GRAPH_LINK_FOREIGN`
 */
export const openPage = (rootUrl: string, url: string, reply: GraphReply, bytes: PooledBuffer): OpenPage => {
  const body = reply.body as PageBody | OtherBody | undefined
  if (typeof body !== 'object' || !body.pieces)
    throw new EntrapipeError('GRAPH_REFUSED', `The reply to GET ${pathOf(url)} is not a collection.`, {
      facts: { status: reply.status, path: pathOf(url) },
    })
  const count = body.fields['@odata.count']
  const next = link(rootUrl, body.fields['@odata.nextLink'])
  const delta = link(rootUrl, body.fields['@odata.deltaLink'])
  return {
    pieces: body.pieces,
    bytes,
    ...(Number.isSafeInteger(count) && { count: count as number }),
    ...(next !== undefined && { next }),
    ...(next !== undefined && reply.attempts === 1 && { safe: next }),
    ...(delta !== undefined && { delta }),
  }
}

/** The page in pieces; links and count are in the last one. */
export function* opened<T>(
  { pieces, bytes: _bytes, ...page }: OpenPage,
  unparsed?: Unparsed,
): Generator<GraphPage<T>, void, undefined> {
  for (const { isLast, ...piece } of pieces(unparsed) as Iterable<Piece<T>>)
    yield isLast ? { ...piece, ...page } : { ...piece, unfinished: true }
}

/** The page was refused if the link is not a string. */
const link = (rootUrl: string, value: unknown): string | undefined =>
  typeof value === 'string' ? belowRoot(rootUrl, value) : undefined
