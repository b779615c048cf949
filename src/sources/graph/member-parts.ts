import type { Context } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import type { Read, Shard, Source } from '../../core/parts.ts'
import type { Position, Row } from '../../core/row.ts'
import { checkQuery } from '../../odata/check-query.ts'
import { advancedHeaders, collection, listingUrl } from './collection.ts'
import type { Entity } from './listing.ts'
import { memberTypes, type MemberType } from './member-types.ts'
import { shardKeyOf } from './sharding/shard-key.ts'
import type { ShardRules } from './sharding/sharding.ts'

/** The members of a group, all of them or those of a filter. */
interface MemberList {
  /** `/groups/{id}/members` or `/groups/{id}/transitiveMembers`. */
  readonly path: string
  /** Properties, without parts of them. */
  readonly select?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly top?: number | undefined
  /** The type of all of them, whose cast is then part of the path. @default they are mixed */
  readonly type?: MemberType | undefined
}

/** Members of one type, all or some of them. */
export type MemberPart = {
  readonly type: MemberType
  readonly range?: Json
  /** Whether what the listing omits is asked for with this part, which is done once for a group. */
  readonly asksOmitted?: true
}

/** A part, and what its shard is called. */
export interface NamedPart {
  readonly name: string
  readonly rows?: number
  readonly part: MemberPart
}

/** Some rows of a part, or the parts that remain of it. */
export type PartRead = Omit<Read<Entity>, 'rest'> & { readonly rest?: readonly NamedPart[] }

/** Reads the members of a huge group in parts: each type by itself, users, groups and devices by the beginning of a name. */
export interface MemberParts {
  /** Groups with fewer members are not divided. */
  readonly least: number
  /** Returns the parts; undefined if the group is not huge, or if they do not have all of its members. */
  split(ctx: Context): Promise<readonly NamedPart[] | undefined>
  /** Rows of mixed members have `@odata.type`, as those of the whole list do. */
  read(ctx: Context, part: MemberPart, from?: Position): AsyncGenerator<PartRead, void, void>
}

/** When members are divided, for tests. */
type MemberRules = Pick<ShardRules, 'least' | 'rows'>

const leastDivided = 20_000
/** How often types are counted again that do not add up, since members change and the index lags. */
const mostRecounts = 2

/** A filter needs the index, too, if the list is read as a whole. */
const lags =
  'Groups with 20,000 members or more were read in parts, from an index that lags behind changes by seconds to minutes.'

/** The shards of members of one type. @default 20,000 rows or more are divided */
export const memberShards = (type: MemberType, rules: MemberRules = {}): ShardRules | undefined => {
  const by = shardKeyOf(type)
  return by && { by, least: leastDivided, ...rules }
}

/**
 * Divides the members of a group by their type. A cast requires an advanced query, and selects only what its type has. The types stand if
 * their counts add up to that of the whole list. It omits service principals; should it not, they are one of the parts.
 *
 * @see https://learn.microsoft.com/graph/api/group-list-members
 */
export const memberParts = (list: MemberList, rules: MemberRules = {}): MemberParts => {
  const { path, filter, top } = list
  const { least = leastDivided } = rules
  const pathOf = (type: MemberType): string => (list.type ? path : `${path}/microsoft.graph.${type}`)
  const selectedOf = (type: MemberType) => list.select && selectable(list.select, type)
  const shardsOf = async (ctx: Context, type: MemberType): Promise<readonly NamedPart[] | undefined> =>
    (await sourceOf(type).split?.(ctx))?.map(shard => partOf(type, shard))
  const sourceOf = (type: MemberType): Source<Entity> =>
    collection<Entity>(type, {
      path: pathOf(type),
      advanced: true,
      parsed: true,
      ...given({ select: selectedOf(type), filter, top, shards: memberShards(type, rules) }),
    })
  // One row of each type, as it will be asked for: a type that may not be read like this is not one of the parts.
  const counts = async ({ graph, signal }: Context) => {
    const asked = [path, ...memberTypes.map(pathOf)].map((one, at) => {
      const select = at === 0 ? ['id'] : selectedOf(memberTypes[at - 1]!)
      return listingUrl(one, { ...given({ select, filter }), top: 1, advanced: true })
    })
    const replies = await graph.batch(
      asked.map(url => ({ method: 'GET', url, headers: advancedHeaders })),
      signal,
    )
    const [whole, ...each] = replies.map(({ status, body }) => (status === 200 ? countIn(body) : undefined))
    return { whole, of: new Map(memberTypes.map((type, at) => [type, each[at]])) }
  }
  return {
    least,
    async split(ctx) {
      if (list.type) {
        const parts = await shardsOf(ctx, list.type)
        return parts && parts.length > 1 ? askingOmitted(parts) : undefined
      }
      for (let recounts = 0; recounts <= mostRecounts; recounts++) {
        const { whole, of } = await counts(ctx)
        if (whole === undefined || whole < least) return undefined
        const types = addingUp(whole, of)
        if (!types) continue
        const parts: NamedPart[] = []
        for (const type of types) {
          const rows = of.get(type)!
          const some = rows < least ? undefined : await shardsOf(ctx, type)
          parts.push(...(some ?? [partOf(type, { name: type, rows })]))
        }
        if (filter === undefined) ctx.origin({ note: lags })
        return types.includes('servicePrincipal') ? parts : askingOmitted(parts)
      }
      return undefined
    },
    async *read(ctx, { type, range, asksOmitted }, from) {
      for await (const { rest, rows, ...place } of sourceOf(type).read(
        ctx,
        { name: type, ...given({ range }) },
        from,
      )) {
        const parts = rest?.map(shard => partOf(type, shard))
        yield {
          ...place,
          rows: list.type ? rows : rows.map(row => ofType(row, type)),
          ...given({ rest: parts && asksOmitted ? askingOmitted(parts) : parts }),
        }
      }
    },
  }
}

const countIn = (body: unknown): number | undefined => {
  const count = (body as { readonly '@odata.count'?: unknown } | null)?.['@odata.count']
  return typeof count === 'number' ? count : undefined
}

/** The types that have as many members as the whole list. Those that a group cannot have, or that may not be read, have no count. */
const addingUp = (
  whole: number,
  of: ReadonlyMap<MemberType, number | undefined>,
): readonly MemberType[] | undefined => {
  const listed = memberTypes.filter(type => type !== 'servicePrincipal' && of.get(type) !== undefined)
  const sum = listed.reduce((all, type) => all + of.get(type)!, 0)
  if (sum >= whole) return listed
  return sum + (of.get('servicePrincipal') ?? 0) === whole ? [...listed, 'servicePrincipal'] : undefined
}

const ofType = ({ key, value }: Row<Entity>, type: MemberType): Row<Entity> => ({
  key,
  value: { '@odata.type': `#microsoft.graph.${type}`, ...value },
})

const partOf = (type: MemberType, { name, rows, range }: Shard): NamedPart => ({
  name,
  ...given({ rows }),
  part: { type, ...given({ range }) },
})

const askingOmitted = (parts: readonly NamedPart[]): readonly NamedPart[] =>
  parts.map((one, at) => (at === parts.length - 1 ? { ...one, part: { ...one.part, asksOmitted: true } } : one))

/** The names that a type has. Graph refuses others in the list of one type, and leaves them out in that of all. */
const selectable = (select: readonly string[], type: MemberType): readonly string[] => {
  const own = select.filter(name => checkQuery({ select: [name] }, type).findings.length === 0)
  return own.length === 0 ? ['id'] : own
}
