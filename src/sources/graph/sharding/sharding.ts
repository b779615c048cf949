import type { Context } from '../../../core/context.ts'
import type { Json } from '../../../core/json.ts'
import type { Shard } from '../../../core/parts.ts'
import { parseFilter } from '../../../odata/parse-filter.ts'
import type { GraphOptions } from '../listing.ts'
import { countParts } from './count-parts.ts'
import { filterOf, isAdvanced, nameOf, type Range } from './range.ts'
import type { ShardKey } from './shard-key.ts'
import { splitRange } from './split-range.ts'

/** How a listing is read in shards. */
export interface ShardRules {
  readonly by: ShardKey
  /** Listings with fewer rows are not divided. @default 20,000 */
  readonly least?: number
  /** The fewest and the most rows of a shard. @default 2,000 and 50,000 */
  readonly rows?: readonly [fewest: number, most: number]
  /**
   * Whether no shard may need an advanced query, whose index lags: an object might be read as it was, and count as read. What cannot be
   * divided so is read as a whole. @default false
   */
  readonly direct?: boolean
}

/** Divides one listing into shards. */
interface Sharding {
  /**
   * Returns the shards of the listing.
   *
   * @param rows that were counted
   * @param isSlow whether the service limits its pages, so that more shards read no faster. The largest ones are then enough: what is
   *   lost if a page token expires is one of them
   */
  split(ctx: Context, rows: number, isSlow: boolean): Promise<readonly Shard[]>
  /** Returns the shards that a shard is to be divided into; undefined if it is read as it is. */
  rest(ctx: Context, range: Range): Promise<readonly Shard[] | undefined>
  /** The filter of a shard, and whether it requires an advanced query. */
  query(range: Range): { readonly filter: string | undefined; readonly advanced: boolean }
}

/** Shards of a listing, when it is read by many at once: enough that all are busy to its end. */
const likelyShards = 80
/** Of an advanced query, with host and other options. @see https://learn.microsoft.com/graph/aad-advanced-queries */
const longestQuery = 2000

/** @param first the URL of the whole listing */
export const shardingOf = (
  { path, filter, expand }: GraphOptions,
  { by, rows: [fewest, most] = [1998, 50_000], direct = false }: ShardRules,
  kind: string,
  first: string,
): Sharding => {
  const own = filter === undefined ? undefined : parseFilter(filter)
  const textOf = (range: Range): string | undefined => filterOf(by.property, range, own)
  const canRead = (range: Range): boolean =>
    !isAdvanced(range) ||
    (!direct && expand === undefined && first.length + encodeURIComponent(textOf(range) ?? '').length <= longestQuery)
  const split = async (ctx: Context, range: Range, perPart: number): Promise<readonly Shard[] | undefined> => {
    const count = (parts: readonly Range[]) =>
      countParts(
        ctx,
        parts.map(part => ({ path, filter: textOf(part) })),
      )
    const parts = await splitRange({ key: by, count, canRead }, range, perPart)
    return parts?.map(part => ({ name: `${kind} ${nameOf(part)}`, rows: part.rows, range: part as unknown as Json }))
  }
  return {
    async split(ctx, rows, isSlow) {
      const perPart = isSlow ? most : Math.min(most, Math.max(fewest, Math.ceil(rows / likelyShards)))
      return (await split(ctx, { rows }, perPart)) ?? [{ name: kind }]
    },
    rest: async (ctx, range) => (range.perPart === undefined ? undefined : await split(ctx, range, range.perPart)),
    query: range => ({ filter: textOf(range), advanced: isAdvanced(range) }),
  }
}

/** Why a listing cannot be divided, as the end of a sentence; undefined if it can. */
export const whyWhole = ({ search, orderby }: GraphOptions): string | undefined =>
  search !== undefined
    ? 'because a search cannot be divided'
    : orderby !== undefined
      ? 'because its rows are in order'
      : undefined
