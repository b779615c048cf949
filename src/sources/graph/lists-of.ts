import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { GraphReply, GraphRequest } from '../../core/graph.ts'
import type { Json } from '../../core/json.ts'
import { largestPage } from '../../data/listing.ts'
import { refusal } from '../../graph/refusal.ts'
import { advancedHeaders, listingUrl } from './collection.ts'
import { earlyReaders, type Early } from './ahead.ts'
import { explained } from './explained.ts'
import type { Entity } from './listing.ts'
import type { MemberParts } from './member-parts.ts'
import { countParts } from './sharding/count-parts.ts'

/** The list of an object: its members, its owners. */
export interface ListOptions {
  readonly pathOf: (id: string) => string
  readonly select?: readonly string[]
  /** Sends an advanced query. @default false */
  readonly advanced?: boolean
  /** Entries per page. @default 999 */
  readonly top?: number
  /** Reads the list of an object in parts, if it is huge. @default no list is divided */
  readonly partsOf?: (id: string) => MemberParts
}

/** Some entries of a list, and the link to the rest if it may be kept. */
export interface Entries {
  readonly values: readonly Entity[]
  readonly safe?: string
  /** More of the same page follow. */
  readonly unfinished?: true
}

/** A list that fits in one reply, one of several pages, which may be huge, or why there is none. */
export type Found =
  | { readonly kind: 'whole'; readonly values: readonly Entity[] }
  | { readonly kind: 'paged'; readonly pages: Early<Entries>; readonly parts?: MemberParts }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly error: EntrapipeError }

/**
 * Entries that the first reply of a list may have. 20 lists share a reply, which is held as a whole, so these are fewer than a page:
 * a list with more is read again from its start, in large pages.
 */
const mostAtFirst = 200
/** Round trips in progress, each for the first pages of 20 lists. */
export const tripsAtOnce = 12
/** Lists whose first pages are read in one round trip. */
export const listsPerTrip = 20
/** Lists of several pages that are begun before their turn. Each holds two pages. */
const begunEarly = 4

interface FirstPage {
  readonly value?: readonly Entity[]
  readonly '@odata.nextLink'?: string
}

/** Reads the lists of objects. */
export interface ListsOf {
  /** The lists of at most 20 objects, in their order, in one round trip; a list with a link continues there. */
  find(asked: readonly { readonly id: string; readonly link?: string | undefined }[]): Promise<readonly Found[]>
  /** The pages of one list, from its start or from a link on. */
  pages(id: string, link?: string): AsyncIterable<Entries>
  /** Ends the lists that were begun and are not read. */
  close(): void
}

/** @param signal ends what was begun and is not taken */
export const listsOf = (ctx: Context, options: ListOptions, signal: AbortSignal): ListsOf => {
  const { pathOf, advanced = false } = options
  const top = Math.min(options.top ?? largestPage, largestPage)
  const headers = advanced ? { headers: advancedHeaders } : {}
  const urlOf = (id: string, rows: number): string => listingUrl(pathOf(id), { ...options, top: rows })
  const early = earlyReaders<Entries>(begunEarly)

  async function* pages(id: string, link?: string): AsyncGenerator<Entries, void, void> {
    const first = urlOf(id, top)
    try {
      yield* ctx.graph.pages<Entity>(link ?? first, { ...headers, signal, restart: first })
    } catch (error) {
      throw explained(error, { path: pathOf('{id}'), paged: true, isFirst: false })
    }
  }
  const paged = (id: string, link?: string, parts?: MemberParts): Found => {
    const reader = early.make(() => pages(id, link))
    if (parts) return { kind: 'paged', pages: reader, parts }
    reader.begin()
    return { kind: 'paged', pages: reader }
  }
  /** How huge lists are read in parts, by the ids of their objects. Lists that Graph does not count are read as one. */
  const partsOfHuge = async (ids: readonly string[]): Promise<ReadonlyMap<string, MemberParts>> => {
    const found = new Map<string, MemberParts>()
    const { partsOf } = options
    if (!partsOf || ids.length === 0) return found
    const counts = await countParts(
      { graph: ctx.graph, signal },
      ids.map(id => ({ path: pathOf(id) })),
    )
    for (const [nth, id] of ids.entries()) {
      const parts = partsOf(id)
      if ((counts[nth] ?? 0) >= parts.least) found.set(id, parts)
    }
    return found
  }
  const foundIn = (id: string, request: GraphRequest, reply: GraphReply, parts?: MemberParts): Found => {
    const { status } = reply
    if (status === 404) return { kind: 'gone' }
    if (status !== 200) {
      const error = refusal(request, reply, ctx.graph.tenant)
      if (status === 403) return { kind: 'refused', error }
      throw explained(error, { path: pathOf('{id}'), paged: true, isFirst: true })
    }
    const { value } = (reply.body ?? {}) as FirstPage
    if (isPaged(reply)) return paged(id, undefined, parts)
    if (Array.isArray(value)) return { kind: 'whole', values: value as readonly Entity[] }
    throw new EntrapipeError('GRAPH_REFUSED', `The reply to GET ${pathOf(id)} is not a collection.`)
  }
  return {
    async find(asked) {
      const requests = asked.map(({ id }): GraphRequest => ({
        method: 'GET',
        url: urlOf(id, Math.min(top, mostAtFirst)),
        ...headers,
      }))
      const open = asked.flatMap(({ link }, nth) => (link === undefined ? [requests[nth]!] : []))
      const replies = (open.length === 0 ? [] : await ctx.graph.batch(open, signal)).values()
      const found = asked.map(one => ({ ...one, reply: one.link === undefined ? replies.next().value! : undefined }))
      const huge = await partsOfHuge(found.flatMap(({ id, reply }) => (reply && isPaged(reply) ? [id] : [])))
      return found.map(({ id, link, reply }, nth) =>
        reply ? foundIn(id, requests[nth]!, reply, huge.get(id)) : paged(id, link),
      )
    },
    pages,
    close: early.close,
  }
}

const isPaged = ({ status, body }: GraphReply): boolean =>
  status === 200 && (body as FirstPage | undefined)?.['@odata.nextLink'] !== undefined

/** What is asked of Graph for each object. */
export const describeLists = ({ pathOf, advanced = false, ...options }: ListOptions): Json => {
  const path = pathOf('{id}')
  return { path, query: listingUrl(path, options).slice(path.length + 1), advanced }
}
