import type { Context } from '../../../core/context.ts'
import type { Shard, Source } from '../../../core/parts.ts'
import { printQuery } from '../../../odata/parse-query.ts'
import type { GraphOptions } from '../listing.ts'
import type { Range } from './range.ts'
import { shardingOf, whyWhole, type ShardRules } from './sharding.ts'

/** A listing as a whole. */
interface WholeListing {
  readonly kind: string
  readonly options: GraphOptions
  /** How it is divided. @default it is read as one */
  readonly shards?: ShardRules | undefined
  /** Its first URL. */
  readonly first: string
  /** The first URL of a part of it. */
  readonly urlOf: (filter: string | undefined, advanced: boolean) => string
  readonly advanced: boolean
  /** The service's count of it. */
  readonly count: (ctx: Context) => Promise<number | undefined>
}

/** What is read for a shard. */
interface Query {
  readonly first: string
  readonly advanced: boolean
}

/** How a listing is read in shards, if it is. */
interface Division {
  /** Absent if it cannot be divided. */
  readonly split?: NonNullable<Source<unknown>['split']>
  /** Returns the parts of a shard that is to be divided before it is read. */
  rest(ctx: Context, shard: Shard): Promise<readonly Shard[] | undefined>
  query(shard: Shard): Query
  /** Counts the objects of a listing that is not divided, and tells why once it is large. */
  came(ctx: Context, shard: Shard, objects: number): void
}

/** Listings with fewer rows are read as one. */
const leastDivided = 20_000

/** Decides how a listing is divided. */
export const divisionOf = ({ kind, options, shards, first, urlOf, advanced, count }: WholeListing): Division => {
  const why = whyWhole(options)
  const least = shards?.least ?? leastDivided
  const sharding = shards && why === undefined ? shardingOf(options, shards, kind, first) : undefined
  const rangeOf = (shard: Shard): Range | undefined => sharding && (shard.range as unknown as Range | undefined)
  /** Counts of its parts would be as slow as its pages, and Graph combines such a filter with no other. */
  const isSlowToFilter = ({ graph }: Context): boolean =>
    options.filter !== undefined &&
    graph.pace(`${options.path}?${printQuery({ $filter: options.filter })}`) !== undefined
  let read = 0
  return {
    ...(sharding && {
      async split(ctx: Context, most = Infinity): Promise<readonly Shard[]> {
        const whole = [{ name: kind }]
        if (most < least || isSlowToFilter(ctx)) return whole
        const rows = (await count(ctx)) ?? 0
        return rows < least ? whole : await sharding.split(ctx, rows, ctx.graph.pace(first) !== undefined)
      },
    }),
    async rest(ctx, shard) {
      const range = rangeOf(shard)
      return range && (await sharding?.rest(ctx, range))
    },
    query(shard) {
      const range = rangeOf(shard)
      if (!sharding || !range) return { first, advanced }
      const query = sharding.query(range)
      const needsAdvanced = advanced || query.advanced
      return { first: urlOf(query.filter, needsAdvanced), advanced: needsAdvanced }
    },
    came(ctx, shard, objects) {
      if (!shards || rangeOf(shard) || read >= least) return
      read += objects
      if (read < least) return
      const reason = why
        ? `${why}. Without that it is read in parallel.`
        : isSlowToFilter(ctx)
          ? 'because Graph combines its filter with no other.'
          : 'because Graph did not count its parts, or some of its rows are in none of them.'
      ctx.origin({ note: `The listing was read in one piece, ${reason}` })
    },
  }
}
