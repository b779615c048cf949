import type { Context } from '../core/context.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Read, Shard, Source } from '../core/parts.ts'
import { given } from '../core/given.ts'
import { expectOptions, needed, oneOf, trueOrFalse } from '../data/expect-options.ts'
import type { Entity, GraphOptions, Listing } from './graph/listing.ts'
import { collection } from './graph/collection.ts'
import { typed } from './graph/directory-listing.ts'
import { findGroup, type FoundGroup } from './graph/find-group.ts'
import { distinct } from './graph/groups-asked.ts'
import { listedColumns } from './graph/listed-columns.ts'
import { listingOptions } from './graph/listing-options.ts'
import {
  memberParts,
  memberShards,
  type MemberPart,
  type MemberParts,
  type NamedPart,
  type PartRead,
} from './graph/member-parts.ts'
import { memberTypes, type MemberType } from './graph/member-types.ts'
import { mixed } from './graph/mixed-listing.ts'
import type { OmittingRelation } from './graph/hidden-members.ts'
import { watchedMembers } from './graph/members-watch.ts'
import { selection } from './graph/selection.ts'

/** Options of `members`. `groupId` and `groupName` can be selected too. */
export interface MembersOptions extends Listing {
  /** Id or display name of one or more groups. */
  readonly group: string | readonly string[]
  /** Whether to include members of nested groups, without repeats. @default false */
  readonly transitive?: boolean
  /** Only members of this type. @default all types */
  readonly type?: MemberType
}

/** Columns that name the group of a member. */
export const groupColumns = ['groupId', 'groupName'] as const

/**
 * Lists the members of groups, each with `@odata.type`. With several groups, each group is a shard, rows have `groupId` and
 * `groupName`, and keys are `<group id>/<member id>`: a member of two groups has two rows.
 *
 * The listing is `unverified` if Graph omits something: service principals, properties of members that the sign-in may not
 * read (only type and id are returned), or hidden memberships. A group given by id need not be readable itself.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID` or `OPTION_INVALID` at once; `GROUP_UNKNOWN`, or
 *   `GROUP_AMBIGUOUS` with the groups that have the name
 * @see https://learn.microsoft.com/graph/api/group-list-members
 */
export const members = <T extends Entity = Entity>(options: MembersOptions): Source<T> => {
  expectOptions('members', options, {
    ...listingOptions,
    group: needed('the id or display name of a group, or several', isGroups),
    transitive: trueOrFalse,
    type: oneOf(...memberTypes),
  })
  const { group, transitive = false, type, ...asked } = options
  const names = [...new Set(typeof group === 'string' ? [group] : group)]
  const several = names.length > 1
  const columns = groupColumns.filter(name => several || asked.select?.includes(name))
  const { select, ...rest } = asked
  const listing: Listing = select ? { ...rest, select: withoutGroup(select) } : rest
  const checked: GraphOptions = type === undefined ? mixed(listing) : typed({ ...listing, path: '/', type })
  // Casts, filters, searches and orders of members require an advanced query.
  const advanced =
    checked.advanced === true || type !== undefined || listing.filter !== undefined || listing.orderby !== undefined
  const relation: OmittingRelation = transitive ? 'transitiveMembers' : 'members'
  const pathOf = (id: string): string =>
    `/groups/${id}/${relation}${type === undefined ? '' : `/microsoft.graph.${type}`}`
  const sourceOf = (id: string): Source<T> =>
    collection<T>('members', {
      ...checked,
      // The members' own watch tells it.
      ofUsers: false,
      advanced,
      parsed: true,
      path: pathOf(id),
      ...given({ shards: memberShards(type ?? 'user') }),
    })
  sourceOf('{id}')
  const selected = checked.select?.length ? selection(checked.select) : undefined
  const partsOf = (id: string): MemberParts =>
    memberParts({
      path: pathOf(id),
      ...given({ select: selected?.names, filter: checked.filter, top: checked.top, type }),
    })
  const isDivisible = [checked.search, checked.orderby, checked.expand].every(option => option === undefined)
  const counted = new Map<string, number>()
  let atMost = Infinity
  let found: Promise<readonly FoundGroup[]> | undefined
  const groups = (ctx: Context): Promise<readonly FoundGroup[]> =>
    (found ??= Promise.all(names.map(name => findGroup(ctx, name))).then(distinct))
  // Graph omits service principals. Whether they match a filter is unknown.
  const mayOmit = (type ?? 'servicePrincipal') === 'servicePrincipal' && !listing.filter && !listing.search
  const omitting = mayOmit ? relation : undefined
  return {
    kind: 'members',
    usesGraph: true,
    keys: 'unique',
    columns: () => listedColumns(listing.select ? { ...listing, select: [...columns, ...listing.select] } : {}),
    check: async ctx => void (await groups(ctx)),
    async describe(ctx) {
      const described = await Promise.all((await groups(ctx)).map(({ id }) => sourceOf(id).describe!(ctx)))
      const [first, ...others] = described as readonly Readonly<Record<string, Json>>[]
      return others.length === 0 ? first! : { ...first, path: [first!['path']!, ...others.map(one => one['path']!)] }
    },
    async split(ctx, most = Infinity) {
      atMost = most
      if (!several) return [{ name: 'members' }]
      return (await groups(ctx)).map(group => ({ name: group.id, range: factsOf(group) }))
    },
    async count(ctx) {
      const counts = await Promise.all(
        (await groups(ctx)).map(async ({ id }) => {
          const count = await sourceOf(id).count?.(ctx)
          if (count !== undefined) counted.set(id, count)
          return count
        }),
      )
      return counts.reduce<number | undefined>(
        (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
        0,
      )
    },
    async *read(ctx, { name, range }, from) {
      const { group = (await groups(ctx))[0]!, part } = placeOf(range)
      const named = Object.fromEntries(columns.map(name => [name, name === 'groupId' ? group.id : group.displayName]))
      const parts = partsOf(group.id)
      const shardsOf = (some: readonly NamedPart[]): readonly Shard[] =>
        some.map(({ name: own, part, rows }) => ({
          name: `${several ? group.id : 'members'} ${own}`,
          ...given({ rows }),
          range: { group: factsOf(group), part } satisfies MembersShard,
        }))
      if (
        !part &&
        isDivisible &&
        from === undefined &&
        Math.min(counted.get(group.id) ?? Infinity, atMost) >= parts.least
      ) {
        const some = await parts.split(ctx)
        if (some) return yield { rows: [], rest: shardsOf(some) }
      }
      const pages = part
        ? asPages<T>(parts.read(ctx, part, from), selected?.lift, shardsOf)
        : sourceOf(group.id).read(ctx, { name }, from)
      // A group that is divided is not hidden, and what it omits is asked for once.
      const watched = part
        ? { group: { ...group, visibility: null }, select: listing.select, omitting: part.asksOmitted && omitting }
        : { group, select: listing.select, omitting }
      for await (const page of watchedMembers(ctx, pages, watched, from))
        yield inGroup(page, several ? group.id : undefined, named)
    },
  }
}

type GroupFacts = { readonly id: string; readonly displayName: string | null; readonly visibility: string | null }

/** A part of the members of a group. */
type MembersShard = { readonly group: GroupFacts; readonly part: MemberPart }

const factsOf = ({ id, displayName, visibility = null }: Omit<FoundGroup, 'mail'>): GroupFacts => ({
  id,
  displayName,
  visibility,
})

/** What a shard has: the members of the only group, those of one of several, or a part of them. */
const placeOf = (range: Json | undefined): { readonly group?: GroupFacts; readonly part?: MemberPart } =>
  range === undefined ? {} : 'part' in (range as Fields) ? (range as MembersShard) : { group: range as GroupFacts }

async function* asPages<T extends Entity>(
  parts: AsyncIterable<PartRead>,
  lift: ((object: Entity) => Entity) | undefined,
  shardsOf: (parts: readonly NamedPart[]) => readonly Shard[],
): AsyncGenerator<Read<T>, void, void> {
  for await (const { rows, rest, ...place } of parts)
    yield {
      ...place,
      rows: rows.map(({ key, value }) => ({ key, value: (lift ? lift(value) : value) as T })),
      ...given({ rest: rest && shardsOf(rest) }),
    }
}

const isGroups = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(isName) : isName(value)
const isName = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''

/** The properties to select from Graph, without the columns of the group. */
const withoutGroup = (select: readonly string[]): readonly string[] => {
  const own = select.filter(name => !(groupColumns as readonly string[]).includes(name))
  return own.length === 0 ? ['id'] : own
}

const inGroup = <T extends Entity>(page: Read<T>, id: string | undefined, named: Fields): Read<T> =>
  id === undefined && Object.keys(named).length === 0
    ? page
    : {
        ...page,
        rows: page.rows.map(({ key, value }) => ({
          key: id === undefined ? key : `${id}/${key}`,
          value: { ...named, ...value },
        })),
      }
