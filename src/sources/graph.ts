import { EntrapipeError, isCode } from '../core/errors.ts'
import type { Context, IdJournal } from '../core/context.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Read, Source } from '../core/parts.ts'
import type { Position, Row } from '../core/row.ts'
import { expectOptions, needed, optional } from '../data/expect-options.ts'
import { comesWhole, largestPage } from '../data/listing.ts'
import { printQuery } from '../odata/parse-query.ts'
import { driftSince, presentOf } from './graph/drift.ts'
import { listingOptions } from './graph/listing-options.ts'
import { unlessRefused } from './graph/refused.ts'
import { selection } from './graph/selection.ts'

/** Query options of a listing, as Graph names them. */
export interface Listing {
  /**
   * Properties. A path (`employeeOrgData/division`) asks for the property it leads into, and gives that part of it as a
   * column of the path's name.
   */
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
  /** Below the version root, without a query: `/users`, `/groups/{id}/members`. */
  readonly path: string
  /**
   * False where the collection comes whole and refuses `$top`. @default true, but for directory roles, their members and
   * templates, subscribed SKUs and the organization
   */
  readonly paged?: boolean
  /** Whether to ask `{path}/$count`; where it is refused the listing is `unverified`. @default true for a paged collection without `search` */
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
 * @throws EntrapipeError `OPTION_INVALID` at once, `GRAPH_LINK_REPEATED` when paging runs in a circle
 * @see https://learn.microsoft.com/graph/paging
 */
export const graph = <T extends Entity = Entity>(options: GraphOptions): Source<T> => {
  expectOptions('graph', options, {
    ...listingOptions,
    path: needed('the path of a collection, such as /users'),
    paged: optional,
    counted: optional,
    delta: optional,
  })
  const { path, paged = !comesWhole(options.path), delta = false } = options
  const { counted = paged && options.search === undefined } = options
  checkOptions(options, paged)
  const advanced = options.advanced === true || options.search !== undefined
  const headers = advanced ? { headers: advancedHeaders } : {}
  const selected = options.select?.length ? selection(options.select) : undefined
  const select = selected ? { select: selected.names } : {}
  const first = listingUrl(path, { ...options, ...select, advanced: options.advanced === true, paged })
  const plain = options.filter === undefined && options.search === undefined
  return {
    kind: 'graph',
    usesGraph: true,
    describe: async () => ({
      path,
      query: first.slice(path.length + 1),
      advanced,
      ...(selected?.lift ? { parts: selected.paths } : {}),
    }),
    async *read(ctx, shard, from) {
      const at = from as Link | undefined
      const seen = ctx.store.ids(shard.name, at?.ids ?? 0)
      try {
        for await (const page of ctx.graph.pages<T>(at?.link ?? first, {
          ...headers,
          signal: ctx.signal,
          restart: first,
        }))
          yield {
            ...fresh(page.values, seen, ctx, selected?.lift),
            ...(page.safe ? { position: { link: page.safe, ids: seen.length } } : {}),
            ...(page.unfinished && { unfinished: true }),
          }
      } catch (error) {
        throw paged ? explained(error) : error
      }
    },
    ...(counted ? { count: ctx => unlessRefused(() => ctx.graph.count(path, options.filter, ctx.signal)) } : {}),
    ...(paged ? {} : { count: async ctx => (await wholeOf(ctx, first)).length }),
    ...(delta && plain
      ? {
          present: (ctx: Context): Promise<Json | undefined> => presentOf(ctx, path),
          drift: (ctx: Context, since: Json) => driftSince(ctx, since),
        }
      : {}),
  }
}

/** @throws EntrapipeError `OPTION_INVALID` */
const checkOptions = ({ path, top }: GraphOptions, paged: boolean): void => {
  if (!path.startsWith('/'))
    throw new EntrapipeError('OPTION_INVALID', `Expected path to begin with a slash, such as /users, got ${path}`)
  if (/[?#]/.test(path))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected path without a query, such as /users, got ${path}: select, filter, search, orderby, expand and top are options beside it`,
    )
  if (top === undefined) return
  if (!(Number.isInteger(top) && top >= 1 && top <= largestPage))
    throw new EntrapipeError('OPTION_INVALID', `Expected top to be a whole number from 1 to ${largestPage}, got ${top}`)
  if (!paged) throw new EntrapipeError('OPTION_INVALID', `${path} comes whole, without pages: leave top out`)
}

/** A refusal of `$top`, with the option that leaves it out. */
const explained = (error: unknown): unknown =>
  isCode(error, 'GRAPH_REFUSED') && error.facts['status'] === 400 && /\btop\b|page size/i.test(error.message)
    ? new EntrapipeError(error.code, error.message, {
        cause: error,
        facts: error.facts,
        fix: 'Where the collection comes whole, say `paged: false`; where its pages are small, say how small with `top`.',
      })
    : error

const wholeOf = async (ctx: Context, url: string): Promise<readonly unknown[]> =>
  (await ctx.graph.request<{ readonly value: readonly unknown[] }>({ method: 'GET', url }, ctx.signal)).body.value

/** The objects that did not come before, as rows. */
const fresh = <T extends Entity>(
  values: readonly T[],
  seen: IdJournal,
  ctx: Context,
  lift: (<V extends Fields>(object: V) => V) | undefined,
): Read<T> => {
  const isNew = seen.addAll(values.map(value => value.id))
  const rows: Row<T>[] = []
  for (const [at, value] of values.entries())
    if (isNew[at]) rows.push({ key: value.id, value: lift ? lift(value) : value })
  if (rows.length < values.length) ctx.origin({ repeated: values.length - rows.length })
  return { rows }
}
