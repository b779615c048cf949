import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, needed, optional } from '../data/expect-options.ts'
import { printText } from '../odata/print-filter.ts'
import { printQuery } from '../odata/parse-query.ts'
import { checkQuery } from '../odata/check-query.ts'
import { refuse } from '../odata/describe-finding.ts'
import { refusals } from '../odata/findings.ts'
import { graph, type Entity, type GraphOptions, type Listing } from './graph.ts'
import { listingOptions } from './graph/listing-options.ts'
import { parsed, typed } from './graph/directory-listing.ts'

const memberTypes = ['user', 'group', 'device', 'servicePrincipal', 'orgContact'] as const

/** Options of `members`. */
export interface MembersOptions extends Listing {
  /** Id or display name of the group. */
  readonly group: string
  /** Also the members of groups inside it, each once. @default false */
  readonly transitive?: boolean
  /** Only members of this type. @default all types */
  readonly type?: (typeof memberTypes)[number]
}

interface Found {
  readonly id: string
  readonly displayName: string | null
  readonly mail: string | null
}

/**
 * Members of one group, with `@odata.type` on each. Types that the app may not read come as their id alone.
 * Graph leaves service principals out of a group's members. A group named by its id need not be readable itself.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID` or `OPTION_INVALID` at once; `GROUP_UNKNOWN`, or
 *   `GROUP_AMBIGUOUS` with the groups of that name
 * @see https://learn.microsoft.com/graph/api/group-list-members
 */
export const members = <T extends Entity = Entity>(options: MembersOptions): Source<T> => {
  expectOptions('members', options, {
    ...listingOptions,
    group: needed('the id or display name of a group'),
    transitive: optional,
    type: optional,
  })
  const { group, transitive = false, type, ...asked } = options
  const listing = withoutType(asked)
  const checked = type === undefined ? mixed(listing) : typed({ ...listing, path: '/', type })
  let found: Promise<Found> | undefined
  const source = async (ctx: Context): Promise<Source<T>> => {
    const { id } = await (found ??= findGroup(ctx, group))
    const cast = type === undefined ? '' : `/microsoft.graph.${type}`
    // A cast, a filter, a search and an order of members are answered by the index alone.
    const advanced =
      checked.advanced === true || type !== undefined || listing.filter !== undefined || listing.orderby !== undefined
    return graph<T>({
      ...checked,
      advanced,
      path: `/groups/${id}/${transitive ? 'transitiveMembers' : 'members'}${cast}`,
    })
  }
  return {
    kind: 'members',
    usesGraph: true,
    check: async ctx => void (await source(ctx)),
    describe: async ctx => (await source(ctx)).describe!(ctx),
    count: async ctx => (await source(ctx)).count?.(ctx),
    async *read(ctx, shard, from) {
      yield* (await source(ctx)).read(ctx, shard, from)
    },
  }
}

/** The type comes with each member, whether it is asked for or not; in a `$select` Graph refuses it. */
const withoutType = (listing: Listing): Listing => {
  if (!listing.select?.includes('@odata.type')) return listing
  const select = listing.select.filter(name => name !== '@odata.type')
  return { ...listing, select: select.length === 0 ? ['id'] : select }
}

/**
 * Members are of several types: what is named has to be right for one of them, and Graph checks the rest.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID`, `OPTION_INVALID`
 */
const mixed = (listing: Listing): GraphOptions => {
  const { filter, orderby, search } = parsed(listing)
  for (const name of listing.select ?? []) refuseUnlessOne({ select: [name] })
  if (filter) refuseUnlessOne({ filter })
  for (const order of orderby ?? []) refuseUnlessOne({ orderby: [order] })
  if (search) refuseUnlessOne({ search })
  const select = listing.select?.length && !listing.select.includes('id') ? ['id', ...listing.select] : listing.select
  return { ...listing, ...(select ? { select } : {}), path: '/' }
}

/** Refuses what no type of member takes, in the words for users: they are what most members are. */
const refuseUnlessOne = (parts: Parameters<typeof checkQuery>[0]): void => {
  const found = memberTypes.map(type => refusals(checkQuery(parts, type), true))
  // Of directory objects Graph takes isof, which the check knows of no single type.
  const common = found[0]?.find(
    ({ property, kind, operator }) =>
      operator !== 'isof' &&
      found.every(findings => findings.some(other => other.property === property && other.kind === kind)),
  )
  if (common) refuse({ needsAdvanced: false, findings: [common] }, 'user')
}

const isId = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const asked = '$select=id,displayName,mail'

const findGroup = async (ctx: Context, group: string): Promise<Found> => {
  if (isId.test(group)) {
    const reply = await ctx.graph.attempt<Found>({ method: 'GET', url: `/groups/${group}?${asked}` }, ctx.signal)
    if (reply.status === 404) throw unknownGroup(group, ctx)
    if (reply.status < 300) return reply.body
    // Who may read members only need not read the group: where there is none, its members say so.
    if (reply.status === 403) return { id: group, displayName: null, mail: null }
    return (await ctx.graph.request<Found>({ method: 'GET', url: `/groups/${group}?${asked}` }, ctx.signal)).body
  }
  const query = printQuery({ $filter: `displayName eq ${printText(group)}`, $select: 'id,displayName,mail', $top: 20 })
  const { body } = await ctx.graph.request<{ readonly value: readonly Found[] }>(
    { method: 'GET', url: `/groups?${query}` },
    ctx.signal,
  )
  const [one, ...more] = body.value
  if (!one) throw unknownGroup(group, ctx)
  if (more.length > 0)
    throw new EntrapipeError(
      'GROUP_AMBIGUOUS',
      `${body.value.length === 20 ? '20 or more' : body.value.length} groups are called "${group}": ${body.value.map(at => `${at.id}${at.mail ? ` (${at.mail})` : ''}`).join(', ')}.`,
      { facts: { groups: body.value.map(at => at.id) }, fix: 'Name the one you mean by its id.' },
    )
  return one
}

const unknownGroup = (group: string, ctx: Context): EntrapipeError =>
  new EntrapipeError(
    'GROUP_UNKNOWN',
    `There is no group ${isId.test(group) ? 'with the id' : 'called'} ${isId.test(group) ? group : `"${group}"`} in tenant ${ctx.graph.tenant.name}.`,
  )
