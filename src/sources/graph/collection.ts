import { EntrapipeError } from '../../core/errors.ts'
import type { Context } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import { unparsedPage } from '../../core/json-rows.ts'
import type { ReadPace, Source } from '../../core/parts.ts'
import type { Position, Row } from '../../core/row.ts'
import { comesWhole, largestPage } from '../../data/listing.ts'
import { printQuery } from '../../odata/parse-query.ts'
import type { Entity, GraphOptions, Listing } from './listing.ts'
import { byIds } from './by-ids.ts'
import { driftSince, presentOf } from './drift.ts'
import { expansion } from './expansion.ts'
import { explained } from './explained.ts'
import { idOf } from './id-of.ts'
import { isLate, lateShard, readLate } from './late.ts'
import { listedColumns } from './listed-columns.ts'
import { unlessRefused } from './refused.ts'
import { selection } from './selection.ts'
import { divisionOf } from './sharding/division-of.ts'
import type { ShardRules } from './sharding/sharding.ts'
import type { Tracked } from './tracking.ts'
import { sightOf } from './unseen.ts'

/** Validated options of a collection. */
export interface CollectionOptions extends GraphOptions {
  /** Sentences about operators that Microsoft's pages disagree about, shown if Graph refuses the filter. */
  readonly disputed?: readonly string[]
  /** Columns from the expanded relation: `manager`, `manager/displayName`. */
  readonly related?: readonly string[]
  /** What delta tracks of it, if it has a delta that covers its filter. @default the id, without a filter */
  readonly tracked?: Tracked | undefined
  /** Whether its objects are users, of whom a sign-in may see only some properties. @default false */
  readonly ofUsers?: boolean
  /** Another source reads its rows, so they are always parsed. @default false */
  readonly parsed?: boolean
  /** How it is divided into shards. @default it is read as one */
  readonly shards?: ShardRules | undefined
}

/** Position of a listing: the last link that can be trusted, and expanded relations that may be truncated. */
type Link = Position & { readonly link: string; readonly full?: Json }

/** What an advanced query must be sent with. */
export const advancedHeaders = { ConsistencyLevel: 'eventual' }

/** The first URL of a listing. The page size is 999 unless `top` is set. */
export const listingUrl = (path: string, listing: Listing & { readonly paged?: boolean }): string => {
  const query = printQuery({
    $select: listing.select?.length ? listing.select.join(',') : undefined,
    $filter: listing.filter,
    $search: listing.search,
    $orderby: listing.orderby,
    $expand: listing.expand,
    $top: listing.paged === false ? undefined : (listing.top ?? largestPage),
    $count: listing.advanced ? true : undefined,
  })
  return query === '' ? path : `${path}?${query}`
}

/**
 * A source for any Graph collection. The id is always selected, since it is the key of a row.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const collection = <T extends Entity>(kind: string, options: CollectionOptions): Source<T> => {
  const { path, paged = !comesWhole(options.path), expand } = options
  const { counted: isCounted = paged && options.search === undefined } = options
  checkOptions(options, paged)
  const expanded = expand === undefined ? undefined : (from?: Json) => expansion(expand, path, from)
  expanded?.()
  const advanced = options.advanced === true || options.search !== undefined
  const headersOf = (advanced: boolean) => (advanced ? { headers: advancedHeaders } : {})
  const selected = options.select?.length ? selection(options.select, options.related) : undefined
  const select = selected ? { select: selected.names } : {}
  const urlOf = (filter: string | undefined, advanced = options.advanced === true): string =>
    listingUrl(path, { ...options, ...select, filter: filter!, advanced, paged })
  const first = urlOf(options.filter)
  let counted: number | undefined
  const count = async (ctx: Context): Promise<number | undefined> =>
    (counted = await unlessRefused(() => ctx.graph.count(path, options.filter, ctx.signal)))
  let told: Promise<string | undefined> | undefined
  /** What the sign-in may not see is reported by the shard that is read first. */
  const unseen = async (ctx: Context): Promise<string | undefined> => {
    if (told || !options.ofUsers) return undefined
    told = sightOf(ctx).then(sight => sight.ofUsers(selected?.names))
    return told
  }
  const division = divisionOf({
    ...{ kind, options, shards: options.shards, first, urlOf, advanced },
    // Counted just before it is divided.
    count: async ctx => counted ?? (await count(ctx)),
  })
  const tracked = trackedIn(options)
  const rowOf = (value: T): Row<T> => ({
    key: idOf(value, path),
    value: selected?.lift ? selected.lift(value) : value,
  })
  const some = { urlOf, filter: options.filter, ...headersOf(advanced) }
  return {
    kind,
    usesGraph: true,
    keys: 'unique',
    describe: async () => ({
      path,
      query: first.slice(path.length + 1),
      advanced,
      ...(selected?.lift ? { parts: selected.paths } : {}),
    }),
    columns: () => listedColumns(options),
    ...given({ split: division.split }),
    async *read(ctx, shard, from) {
      if (isLate(shard))
        return yield* readLate(ctx, shard, from, async ids => {
          const values = await byIds<T>(ctx, some, ids)
          const watched = expanded?.()
          watched?.see(values)
          if (watched?.why) ctx.origin({ completeness: 'unverified', why: watched.why })
          return values.map(rowOf)
        })
      const rest = from === undefined ? await division.rest(ctx, shard) : undefined
      if (rest) return yield { rows: [], rest }
      const query = division.query(shard)
      const at = from as Link | undefined
      const watched = expanded?.(at?.full)
      let isFirst = at === undefined
      const hidden = await unseen(ctx)
      const tell = (): void => {
        const why = [hidden, watched?.why].filter(reason => reason !== undefined).join('; ')
        if (why !== '') ctx.origin({ completeness: 'unverified', why })
      }
      tell()
      if (query.advanced && isOfSignIns(first)) ctx.origin({ note: signInsMayLack })
      try {
        for await (const page of ctx.graph.pages<T>(at?.link ?? query.first, {
          ...headersOf(query.advanced),
          ...(ctx.unparsed && !options.parsed && !watched && !selected?.lift && { unparsed: 'id' }),
          signal: ctx.signal,
          restart: query.first,
          ...(ctx.distinct && { distinct: ctx.distinct }),
        })) {
          isFirst = false
          division.came(ctx, shard, page.json?.count ?? page.values.length)
          watched?.see(page.values)
          if (watched?.why) tell()
          const full = watched?.found
          const place = {
            ...(page.safe && { position: { link: page.safe, ...(full === undefined ? {} : { full }) } }),
            ...(page.unfinished && { unfinished: true as const }),
            ...(page.repeats !== undefined && { repeats: page.repeats }),
          }
          if (page.json) yield unparsedPage<T, typeof place>(page.json, place)
          else
            yield {
              rows: page.values.map(rowOf),
              ...place,
            }
        }
      } catch (error) {
        throw explained(error, { ...options, paged, isFirst })
      }
    },
    pace: ctx => readPaceOf(ctx, first, options.top ?? largestPage),
    ...(isCounted ? { count } : {}),
    ...(paged ? {} : { count: ctx => wholeCount(ctx, first) }),
    ...(tracked && {
      present: (ctx: Context) => presentOf(ctx, path, tracked),
      // Rows that are asked for in an order stay in it: what came or moved meanwhile is reported as not read.
      ...(options.orderby === undefined && { late: lateShard }),
      drift: (ctx: Context, since: Json, countedAtMs?: number) =>
        driftSince(
          ctx,
          since,
          countedAtMs,
          options.filter === undefined ? undefined : ids => belonging(ctx, some, ids),
        ),
    }),
  }
}

/** Whether a link asks for sign-ins. */
const isOfSignIns = (link: string): boolean => /signInActivity/i.test(link)

/** Reported of Graph, not documented. @see https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/1898 */
const signInsMayLack =
  'Some users were read with an advanced query, in which Graph has been seen to leave signInActivity empty. Check those without a sign-in before you act on them.'

const readPaceOf = (ctx: Context, link: string, rows: number): ReadPace | undefined => {
  const pace = ctx.graph.pace(link)
  if (!pace) return undefined
  const kind = isOfSignIns(link) ? 'with signInActivity' : 'of this kind'
  return {
    rowsPerMinute: pace.perMinute * rows,
    rowsAtOnce: pace.burst * rows,
    why: `Graph allows ${Math.round(pace.perMinute)} requests per minute ${kind}, ${rows} rows each`,
  }
}

/** @throws EntrapipeError `OPTION_INVALID` */
const checkOptions = ({ path, top, expand, advanced, search }: GraphOptions, paged: boolean): void => {
  if (!path.startsWith('/'))
    throw new EntrapipeError('OPTION_INVALID', `Expected path to start with a slash, such as /users, got ${path}`)
  if (/[?#]/.test(path))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected path without a query, such as /users, got ${path}. Set \`select\`, \`filter\`, \`search\`, \`orderby\`, \`expand\` or \`top\` instead`,
    )
  if (expand !== undefined && (advanced === true || search !== undefined))
    throw new EntrapipeError(
      'OPTION_INVALID',
      'Graph does not support $expand in an advanced query (https://learn.microsoft.com/graph/aad-advanced-queries), which this listing requires.',
      { fix: 'Remove $expand, or the filter, order, search, preset or option that requires an advanced query.' },
    )
  if (top === undefined) return
  if (!(Number.isInteger(top) && top >= 1 && top <= largestPage))
    throw new EntrapipeError('OPTION_INVALID', `Expected top to be a whole number from 1 to ${largestPage}, got ${top}`)
  if (!paged) throw new EntrapipeError('OPTION_INVALID', `${path} does not support top. Remove the option`)
}

const idAlone: Tracked = { select: ['id'], created: undefined }

const trackedIn = ({ delta = false, search, filter, tracked }: CollectionOptions): Tracked | undefined =>
  delta && search === undefined ? (tracked ?? (filter === undefined ? idAlone : undefined)) : undefined

/** The ids of those of some objects that belong to a listing. */
const belonging = async (
  ctx: Context,
  some: Parameters<typeof byIds>[1],
  ids: readonly string[],
): Promise<ReadonlySet<string>> => new Set((await byIds<Entity>(ctx, some, ids)).map(({ id }) => id))

/** Counts the objects of a collection without paging. */
const wholeCount = async (ctx: Context, url: string): Promise<number> => {
  let count = 0
  for await (const { values } of ctx.graph.pages(url, { signal: ctx.signal })) count += values.length
  return count
}
