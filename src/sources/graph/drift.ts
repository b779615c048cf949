import type { Context } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import type { Drift } from '../../core/manifest.ts'
import type { SortedEntry } from '../../core/sorted.ts'
import { inLists } from './ahead.ts'
import { idOf } from './id-of.ts'
import { unlessRefused } from './refused.ts'
import type { Tracked } from './tracking.ts'

/** The maximum number of changes to list in a manifest. */
const mostNamed = 1000
/** Number of changed objects to look up at once. */
const atOnce = 1000

/** An entry of a delta. */
export interface Changed {
  readonly id: string
  readonly '@removed'?: { readonly reason: string }
  readonly [property: string]: unknown
}

/** The token of `presentOf`. */
export interface Present {
  readonly delta: string
  /** The property with the time of creation, if it is tracked. */
  readonly created?: string
}

/**
 * Requests a delta link for the current state. Undefined if Graph refuses it: some permissions, such as reading only the
 * basic properties of users, allow listing but not delta, and some clouds have no delta. Without the tracked properties, which some
 * clouds do not have, only created and deleted objects are tracked.
 *
 * @see https://learn.microsoft.com/graph/delta-query-overview
 */
export const presentOf = async (ctx: Context, path: string, tracked: Tracked): Promise<Json | undefined> => {
  const { created } = tracked
  const delta = await latest(ctx, path, tracked.select)
  if (delta !== undefined) return { delta, ...given({ created }) }
  const plain = tracked.select.length > 1 ? await latest(ctx, path, ['id']) : undefined
  return plain === undefined ? undefined : { delta: plain }
}

const latest = (ctx: Context, path: string, select: readonly string[]): Promise<string | undefined> =>
  unlessRefused(() => latestLink(ctx, path, select))

/**
 * Requests a link to the changes of these properties that are made from now on, of all objects or of some. Undefined if Graph returns none.
 *
 * @throws EntrapipeError `GRAPH_REFUSED`, `NOT_PERMITTED`
 */
export const latestLink = async (
  ctx: Context,
  path: string,
  select: readonly string[],
  ids: readonly string[] = [],
): Promise<string | undefined> => {
  const filter =
    ids.length === 0
      ? ''
      : `&$filter=${encodeURIComponent(ids.map(id => `id eq '${id.replaceAll("'", "''")}'`).join(' or '))}`
  const link = `${path}/delta?$select=${select.join(',')}${filter}&$deltatoken=latest`
  for await (const page of ctx.graph.pages(link, { signal: ctx.signal }))
    if (page.delta !== undefined) return page.delta
  return undefined
}

/**
 * What changed since a delta link; undefined if the link is no longer accepted. Delta may return an id several times; the last
 * state counts. The changes are sorted on disk.
 *
 * @param matching returns which of some objects belong to the listing. @default all
 */
export const driftSince = (
  ctx: Context,
  since: Json,
  countedAtMs?: number,
  matching?: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<Drift | undefined> =>
  unlessRefused(() => changesSince(ctx, since as unknown as Present, countedAtMs, matching))

type Change = 'created' | 'deleted' | 'changed'

const nothing = (): Record<Change, number> => ({ created: 0, deleted: 0, changed: 0 })

const changesSince = async (
  ctx: Context,
  { delta, created }: Present,
  countedAtMs: number | undefined,
  matching: ((ids: readonly string[]) => Promise<ReadonlySet<string>>) | undefined,
): Promise<Drift> => {
  const path = delta.split('?')[0]!
  const isDated = created !== undefined && countedAtMs !== undefined
  const changeOf = (object: Changed): Change => {
    if (object['@removed']) return 'deleted'
    // One of the same second was hardly created before the count, since it changed after it. As `changed` it could stand for a missing row.
    return isDated && !(Date.parse(String(object[created])) >= countedAtMs) ? 'changed' : 'created'
  }
  const sorter = ctx.store.sorter('changes since the start')
  try {
    let entries = 0
    for await (const page of ctx.graph.pages<Changed>(delta, { signal: ctx.signal, distinct: () => entries }))
      for (const object of page.values) sorter.add(idOf(object, path), ++entries, changeOf(object))
    const all = nothing()
    const read = nothing()
    const unread = nothing()
    let gone = 0
    const objects: { readonly id: string; readonly change: Change }[] = []
    for await (const some of inLists(lastOfEach(sorter.sorted()), atOnce)) {
      const were = ctx.wasRead?.(some.map(({ id }) => id)) ?? []
      const alive = some.filter(({ change }, at) => change !== 'deleted' && !were[at]).map(({ id }) => id)
      const belongs = matching && alive.length > 0 ? await matching(alive) : new Set(alive)
      for (const [at, { id, change }] of some.entries()) {
        if (were[at]) read[change]++
        else if (belongs.has(id)) unread[change]++
        else gone++
        // With a filter, what was not read and does not belong to the listing may never have.
        if (matching && !were[at] && !belongs.has(id)) continue
        all[change]++
        if (objects.length < mostNamed) objects.push({ id, change })
      }
    }
    const evidence = {
      ...(isDated && { readCreated: read.created }),
      unreadCreated: unread.created,
      unreadChanged: unread.changed,
      gone,
    }
    return { ...all, objects, ...(ctx.wasRead && { evidence }) }
  } finally {
    sorter.remove()
  }
}

interface Net {
  readonly id: string
  readonly change: Change
}

/** The last entry of each id. Entries with equal keys come in the order in which they were added. */
function* lastOfEach(entries: Iterable<SortedEntry>): Generator<Net, void, void> {
  let last: SortedEntry | undefined
  const net = ({ key, bytes }: SortedEntry): Net => ({ id: key, change: bytes.toString() as Change })
  for (const entry of entries) {
    if (last && last.key !== entry.key) yield net(last)
    last = entry
  }
  if (last) yield net(last)
}
