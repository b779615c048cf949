import { EntrapipeError } from '../core/errors.ts'
import type { Context, IdJournal } from '../core/context.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Read, Source } from '../core/parts.ts'
import type { Position, Row } from '../core/row.ts'
import { printQuery } from '../odata/parse-query.ts'
import { driftSince, presentOf } from './graph/drift.ts'

/** Query options of a listing, as Graph names them. */
export interface Listing {
  readonly select?: readonly string[]
  readonly filter?: string
  readonly search?: string
  readonly orderby?: string
  readonly expand?: string
  /** Rows a page, 1 to 999. @default 999 */
  readonly top?: number
  /** Asks the index (`ConsistencyLevel: eventual`, `$count=true`), as some filters and orders need. @default false */
  readonly advanced?: boolean
}

/** Options of `graph`: any collection, by its path. */
export interface GraphOptions extends Listing {
  /** Below the version root: `/users`, `/groups/{id}/members`. */
  readonly path: string
  /** False where the collection comes whole and refuses `$top` (subscribedSkus). @default true */
  readonly paged?: boolean
  /** Whether `{path}/$count` exists. @default true for a paged collection without `search` */
  readonly counted?: boolean
  /** Whether `{path}/delta` tells what changed. @default false */
  readonly delta?: boolean
}

/** An object of the directory: the properties selected, and always its id. */
export type Entity = Fields & { readonly id: string }

/** Where a listing stands: the link after a page, and how many ids were journaled until then. */
type Link = Position & { readonly link: string; readonly ids: number }

const advancedHeaders = { ConsistencyLevel: 'eventual' }

/** The first link of a listing. Pages have 999 rows unless `top` says otherwise. */
export const listingUrl = (path: string, listing: Listing & { readonly paged?: boolean }): string => {
  const query = printQuery({
    $select: listing.select?.length ? listing.select.join(',') : undefined,
    $filter: listing.filter,
    $search: listing.search,
    $orderby: listing.orderby,
    $expand: listing.expand,
    $top: listing.paged === false ? undefined : (listing.top ?? 999),
    $count: listing.advanced ? true : undefined,
  })
  return query === '' ? path : `${path}?${query}`
}

/**
 * Objects of a Graph collection, in Graph's order; `key` is the id. Holds two pages as bytes: one flows piece by piece, one is read ahead.
 * Position: the link after a page, where that can be trusted. Objects that the service gives a second time are dropped
 * by id, whatever page they come in. Costs one or two resource units a page (see data/costs.ts).
 *
 * @throws EntrapipeError `GRAPH_LINK_REPEATED` when paging runs in a circle
 * @see https://learn.microsoft.com/graph/paging
 */
export const graph = <T extends Entity = Entity>(options: GraphOptions): Source<T> => {
  const { path, paged = true, counted = paged && options.search === undefined, delta = false } = options
  if (!path.startsWith('/'))
    throw new EntrapipeError('OPTION_INVALID', `Expected path to begin with a slash, such as /users, got ${path}`)
  const advanced = options.advanced === true || options.search !== undefined
  const headers = advanced ? { headers: advancedHeaders } : {}
  // Without the id nobody could tell a row that comes again.
  const select = options.select?.length && !options.select.includes('id') ? { select: [...options.select, 'id'] } : {}
  const first = listingUrl(path, { ...options, ...select, advanced: options.advanced === true, paged })
  const plain = options.filter === undefined && options.search === undefined
  return {
    kind: 'graph',
    usesGraph: true,
    describe: async () => ({ path, query: first.slice(path.length + 1), advanced }),
    async *read(ctx, part, from) {
      const at = from as Link | undefined
      const seen = ctx.store.ids(part.name, at?.ids ?? 0)
      for await (const page of ctx.graph.pages<T>(at?.link ?? first, {
        ...headers,
        signal: ctx.signal,
        restart: first,
      }))
        yield {
          ...fresh(page.values, seen, ctx),
          ...(page.safe ? { position: { link: page.safe, ids: seen.length } } : {}),
          ...(page.unfinished && { unfinished: true }),
        }
    },
    ...(counted ? { count: ctx => ctx.graph.count(path, options.filter, ctx.signal) } : {}),
    ...(paged ? {} : { count: async ctx => (await wholeOf(ctx, first)).length }),
    ...(delta && plain
      ? {
          present: (ctx: Context): Promise<Json | undefined> => presentOf(ctx, path),
          drift: (ctx: Context, since: Json) => driftSince(ctx, since),
        }
      : {}),
  }
}

const wholeOf = async (ctx: Context, url: string): Promise<readonly unknown[]> =>
  (await ctx.graph.request<{ readonly value: readonly unknown[] }>({ method: 'GET', url }, ctx.signal)).body.value

/** The objects that did not come before, as rows. */
const fresh = <T extends Entity>(values: readonly T[], seen: IdJournal, ctx: Context): Read<T> => {
  const isNew = seen.addAll(values.map(value => value.id))
  const rows: Row<T>[] = []
  for (const [at, value] of values.entries()) if (isNew[at]) rows.push({ key: value.id, value })
  if (rows.length < values.length) ctx.origin({ repeated: values.length - rows.length })
  return { rows }
}
