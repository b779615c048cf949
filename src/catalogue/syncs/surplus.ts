import type { Context, PartDatabase } from '../../core/context.ts'
import type { Graph } from '../../core/graph.ts'
import type { Fields } from '../../core/json.ts'
import { isGuid } from '../../core/guid.ts'
import { joined } from '../../core/joined.ts'
import { hasFailed } from '../../core/result.ts'
import type { Source } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'
import { refusal } from '../../graph/refusal.ts'
import { onlyAdding, syncStore } from './sync-store.ts'

/** What the phase tells: how many groups lose nobody because of rows that failed. */
export const keptTold = 'kept-groups'

interface SurplusOptions {
  readonly relation: 'members' | 'owners'
  /** Types of the objects that are removed: `user`. */
  readonly types: readonly string[]
  /** Name of the phase that read the rows. */
  readonly after: string
  /** Whether each row names its group. */
  readonly namesGroups: boolean
  /** Whether a group may be left without any link. */
  readonly mayEmpty: boolean
}

/**
 * The links of the groups of an earlier phase that its rows do not have. A group of which a row failed, or whose outcome is unknown,
 * keeps all its links; so do all groups if it is not known which group a failed row names. The rows that are wanted are on disk.
 */
export const surplus = (options: SurplusOptions): Source<Fields> => ({
  kind: 'surplus',
  usesGraph: true,
  live: false,
  describe: async () => ({ kind: 'surplus', ...options, types: [...options.types] }),
  async *read(ctx) {
    const store = syncStore(ctx)
    const why = store.sql.prepare('select value from facts where name = ?').get(onlyAdding)?.['value']
    if (why !== undefined) return ctx.origin({ note: `Nobody was removed: ${String(why)}.` })
    await collect(ctx, store, options)
    const whole = await keepFailed(ctx, store, options)
    const kept = keptIn(store)
    await ctx.tell(keptTold, whole === undefined ? kept.count : Math.max(kept.count, 1))
    const note = whole ?? keptWords(kept)
    if (note !== undefined) ctx.origin({ note: `${note} ${again}` })
    if (whole !== undefined) return
    const isWanted = store.sql.prepare('select 1 from wanted where grp = ? and member = ?')
    const types = new Set(options.types.map(type => `#microsoft.graph.${type}`))
    for await (const { group, links } of linksOf(ctx, store, options)) {
      const rows: Row<Fields>[] = []
      for (const { id, '@odata.type': type } of links) {
        const member = id.toLowerCase()
        if (types.has(type ?? '') && isWanted.get(group, member) === undefined)
          rows.push({ key: options.namesGroups ? `${group}/${member}` : member, value: { group, member } })
      }
      if (rows.length === links.length && rows.length > 0 && !options.mayEmpty)
        ctx.origin({ note: `Nobody was removed from ${group}: no ${options.relation.slice(0, -1)} would be left.` })
      else if (rows.length > 0) yield { rows }
    }
  },
})

/** Puts the links that the rows want on disk, with their groups. */
const collect = async (ctx: Context, { sql, write }: PartDatabase, { after, namesGroups }: SurplusOptions) => {
  // What an earlier process collected may be incomplete.
  write(() => sql.exec('delete from wanted; delete from groups; delete from ids'))
  const want = sql.prepare('insert or ignore into wanted values (?, ?)')
  const keep = sql.prepare(
    'insert into groups values (?, ?) on conflict (grp) do update set kept = max(kept, excluded.kept)',
  )
  const called = sql.prepare('insert or ignore into ids select name, ? from named where key = ?')
  for await (const page of ctx.changes(after))
    write(() => {
      for (const { key, row, outcome } of page) {
        const [group, member] = [String(row.value['group']), String(row.value['member'])]
        want.run(group, member)
        keep.run(group, isDone(outcome) ? 0 : 1)
        if (namesGroups) called.run(group, key)
      }
    })
}

/** Rows without an outcome would be sent, in a dry run. */
const isDone = (outcome: string | undefined): boolean =>
  outcome === undefined || outcome === 'done' || outcome === 'unchanged'

/** Keeps the groups of rows that failed before they were changes. Returns why nobody is removed from any group. */
const keepFailed = async (
  ctx: Context,
  { sql, write }: PartDatabase,
  { after, namesGroups }: SurplusOptions,
): Promise<string | undefined> => {
  const nameOf = sql.prepare('select named.name, ids.id from named left join ids using (name) where key = ?')
  const keep = sql.prepare('update groups set kept = 1 where grp = ?')
  let whole: string | undefined
  for await (const page of ctx.results(after))
    write(() => {
      for (const result of page) {
        if (!hasFailed(result)) continue
        if (!namesGroups) {
          sql.exec('update groups set kept = 1')
          continue
        }
        const { name, id } = (nameOf.get(result.key) ?? {}) as { readonly name?: string; readonly id?: string | null }
        const group = id ?? (name !== undefined && isGuid(name) ? name : undefined)
        if (group !== undefined) keep.run(group)
        else whole ??= `Nobody was removed: row ${result.key} failed, and it is not known which group it names.`
      }
    })
  return whole
}

/** Groups that a note names. */
const mostNamed = 5

/** Nobody is removed by a list that may be old by then. */
const again = 'A retry removes nobody either: when no row fails any more, run the sync again.'

interface Kept {
  readonly count: number
  readonly some: readonly string[]
}

const keptIn = ({ sql }: PartDatabase): Kept => ({
  count: Number(sql.prepare('select count(*) as n from groups where kept = 1').get()!['n']),
  some: sql
    .prepare('select grp from groups where kept = 1 limit ?')
    .all(mostNamed)
    .map(({ grp }) => String(grp)),
})

const keptWords = ({ count, some }: Kept): string | undefined =>
  count === 0
    ? undefined
    : `Nobody was removed from ${count === 1 ? 'a group with a failed row' : `${count} groups with failed rows`}: ${count > mostNamed ? `${some.join(', ')} …` : joined(some)}.`

interface Link {
  readonly id: string
  readonly '@odata.type'?: string
}

interface LinkPage {
  readonly value: readonly Link[]
  readonly '@odata.nextLink'?: string
}

/** Groups whose first pages are read together, in batches. */
const groupsAtOnce = 100

/** The direct links of the groups that may lose some, page by page. The plain list does not lag, as an advanced query does. */
async function* linksOf(
  ctx: Context,
  { sql }: PartDatabase,
  { relation }: SurplusOptions,
): AsyncGenerator<{ readonly group: string; readonly links: readonly Link[] }> {
  const next = sql.prepare('select grp from groups where kept = 0 and grp > ? order by grp limit ?')
  const { graph, signal }: { readonly graph: Graph; readonly signal: AbortSignal } = ctx
  for (let last = ''; ;) {
    const groups = next.all(last, groupsAtOnce).map(({ grp }) => String(grp))
    if (groups.length === 0) return
    last = groups.at(-1)!
    const requests = groups.map(group => ({
      method: 'GET' as const,
      url: `/groups/${group}/${relation}?$select=id&$top=999`,
    }))
    const replies = await graph.batch(requests, signal)
    const empty: string[] = []
    for (const [at, group] of groups.entries()) {
      const reply = replies[at]!
      // The group was deleted since its rows were read.
      if (reply.status === 404) continue
      if (reply.status !== 200) throw refusal(requests[at]!, reply, graph.tenant)
      const { value, '@odata.nextLink': more } = reply.body as LinkPage
      if (value.length === 0) empty.push(group)
      if (more === undefined) yield { group, links: value }
      // A link of a batch is no path: the list is read again from its start.
      else
        for await (const { values } of graph.pages<Link>(requests[at]!.url, { signal })) yield { group, links: values }
    }
    await tellHidden(ctx, empty)
  }
}

/** A list is empty for a sign-in that may not see hidden members: nobody would be removed, without a word. */
const tellHidden = async ({ graph, signal, origin }: Context, groups: readonly string[]): Promise<void> => {
  const requests = groups.map(group => ({ method: 'GET' as const, url: `/groups/${group}?$select=visibility` }))
  const replies = requests.length > 0 ? await graph.batch(requests, signal) : []
  for (const [at, { status, body }] of replies.entries())
    if (status === 200 && (body as { readonly visibility?: unknown }).visibility === 'HiddenMembership')
      origin({
        completeness: 'unverified',
        why: `the members of ${groups[at]!} are hidden, and none was returned. Member.Read.Hidden may be missing`,
      })
}
