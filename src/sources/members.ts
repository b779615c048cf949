import type { Context } from '../core/context.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Read, Shard, Source } from '../core/parts.ts'
import type { Position } from '../core/row.ts'
import { expectOptions, needed, oneOf, trueOrFalse } from '../data/expect-options.ts'
import type { Entity, GraphOptions, Listing } from './graph.ts'
import { collection } from './graph/collection.ts'
import { typed } from './graph/directory-listing.ts'
import { findGroup, type FoundGroup } from './graph/find-group.ts'
import { listedColumns } from './graph/listed-columns.ts'
import { listingOptions } from './graph/listing-options.ts'
import { memberTypes, mixed, type MemberType } from './graph/mixed-listing.ts'
import { membersWatch } from './graph/members-watch.ts'

/** Options of `members`. `groupId` and `groupName` can be selected too. */
export interface MembersOptions extends Listing {
  /** Id or display name of the group, or of several. */
  readonly group: string | readonly string[]
  /** Also the members of groups inside it, each once. @default false */
  readonly transitive?: boolean
  /** Only members of this type. @default all types */
  readonly type?: MemberType
}

/** Columns that say which group a member is of. */
export const groupColumns = ['groupId', 'groupName'] as const

/**
 * Members of groups, with `@odata.type` on each. With several groups, each is a shard, rows have `groupId` and `groupName`,
 * and keys are `<group id>/<member id>`: who is in two groups is in two rows.
 *
 * What Graph leaves out of a listing of members makes it `unverified`: service principals, members of types that the
 * sign-in may not read (they come as their type and id), and hidden memberships. A group named by its id need not be
 * readable itself.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID` or `OPTION_INVALID` at once; `GROUP_UNKNOWN`, or
 *   `GROUP_AMBIGUOUS` with the groups of that name
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
  // The index alone answers a cast, a filter, a search and an order of members.
  const advanced =
    checked.advanced === true || type !== undefined || listing.filter !== undefined || listing.orderby !== undefined
  const sourceOf = (id: string): Source<T> =>
    collection<T>('members', {
      ...checked,
      advanced,
      path: `/groups/${id}/${transitive ? 'transitiveMembers' : 'members'}${type === undefined ? '' : `/microsoft.graph.${type}`}`,
    })
  sourceOf('{id}')
  let found: Promise<readonly FoundGroup[]> | undefined
  const groups = (ctx: Context): Promise<readonly FoundGroup[]> =>
    (found ??= Promise.all(names.map(name => findGroup(ctx, name))).then(distinct))
  // Service principals are left out of direct members; whether a filter would have found them cannot be known.
  const mayLeaveOut =
    !transitive && (type ?? 'servicePrincipal') === 'servicePrincipal' && !listing.filter && !listing.search
  const selectsName = !listing.select || listing.select.includes('displayName')
  return {
    kind: 'members',
    usesGraph: true,
    columns: () => listedColumns(listing.select ? { ...listing, select: [...columns, ...listing.select] } : {}),
    check: async ctx => void (await groups(ctx)),
    async describe(ctx) {
      const described = await Promise.all((await groups(ctx)).map(({ id }) => sourceOf(id).describe!(ctx)))
      const [first, ...others] = described as readonly Readonly<Record<string, Json>>[]
      return others.length === 0 ? first! : { ...first, path: [first!['path']!, ...others.map(one => one['path']!)] }
    },
    ...(several && {
      async split(ctx: Context): Promise<readonly Shard[]> {
        return (await groups(ctx)).map(({ id, displayName, visibility = null }) => ({
          name: id,
          range: { id, displayName, visibility },
        }))
      },
    }),
    async count(ctx) {
      const counts = await Promise.all((await groups(ctx)).map(({ id }) => sourceOf(id).count?.(ctx)))
      return counts.reduce<number | undefined>(
        (sum, one) => (sum === undefined || one === undefined ? undefined : sum + one),
        0,
      )
    },
    async *read(ctx, shard, from) {
      const of = (shard.range as FoundGroup | undefined) ?? (await groups(ctx))[0]!
      const watch = membersWatch(of, selectsName, from)
      const named = Object.fromEntries(columns.map(name => [name, name === 'groupId' ? of.id : of.displayName]))
      for await (const page of sourceOf(of.id).read(ctx, shard, from)) {
        watch.see(page.rows.map(({ value }) => value))
        if (watch.why) ctx.origin({ completeness: 'unverified', why: watch.why })
        yield { ...inGroup(page, several ? of.id : undefined, named), ...positioned(page, watch.saved) }
      }
      await watch.end(ctx, mayLeaveOut)
      if (watch.why) ctx.origin({ completeness: 'unverified', why: watch.why })
    },
  }
}

const isGroups = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 && value.every(isName) : isName(value)
const isName = (value: unknown): boolean => typeof value === 'string' && value.trim() !== ''

/** What Graph is asked for: the columns of the group come from the group. */
const withoutGroup = (select: readonly string[]): readonly string[] => {
  const own = select.filter(name => !(groupColumns as readonly string[]).includes(name))
  return own.length === 0 ? ['id'] : own
}

/** A group that was named twice, by its name and its id, is one group. */
const distinct = (groups: readonly FoundGroup[]): readonly FoundGroup[] => [
  ...new Map(groups.map(group => [group.id, group])).values(),
]

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

const positioned = (page: Read<unknown>, saved: Fields): { readonly position?: Position } =>
  page.position === undefined ? {} : { position: { ...(page.position as Fields), ...saved } as Position }
