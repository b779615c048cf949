import type { Judged } from '../../core/completeness.ts'
import type { Context } from '../../core/context.ts'
import { isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields, Json } from '../../core/json.ts'
import type { Read, Shard, Source } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'
import { ahead, inLists, type Early } from './ahead.ts'
import { eachWatch, type EachWatch, type Seen } from './each-watch.ts'
import type { Entity } from './listing.ts'
import { listsOf, listsPerTrip, tripsAtOnce, type Entries, type Found, type ListsOf } from './lists-of.ts'
import type { MemberPart, NamedPart } from './member-parts.ts'
import { objectsInTurn, type InTurn, type ObjectsPlace } from './objects-in-turn.ts'
import type { EachReading } from './each-reading.ts'
import { sightOf } from './unseen.ts'

/** A position: the objects that are finished, the list that is being read, and what was seen. */
export type EachPlace = {
  readonly objects: ObjectsPlace
  readonly within?: { readonly id: string; readonly link: string }
  readonly seen: Seen
  /** The state of the objects when the first was read, for what changed since. */
  readonly present?: Json
}

/** The rest of a long list, which is a shard of its own. */
export type LongList = {
  readonly object: { readonly id: string; readonly [name: string]: Json }
  readonly link: string
}

/** A part of a huge list, which is a shard of its own. */
export type PartOfList = {
  readonly object: LongList['object']
  readonly part: MemberPart
}

/** An object and its list. */
interface WithList extends InTurn {
  readonly found: Found
}

/** After so many pages the rest of a list is read beside the others, as a shard of its own. */
const longPages = 20

/** Reads the lists of objects one after the other, from a place on; see `ofEach`. */
export async function* walkEach(
  ctx: Context,
  reading: EachReading,
  from: EachPlace | undefined,
): AsyncGenerator<Read<Fields>, void, void> {
  const { kind, objects, words, list, rowsOf } = reading
  const start = from ?? (await beginning(ctx, objects))
  const watch = eachWatch(words, list.select, await sightOf(ctx), start.seen)
  const over = new AbortController()
  const lists = listsOf(ctx, list, AbortSignal.any([ctx.signal, over.signal]))
  let finished = start.objects
  const place = (within?: EachPlace['within']): EachPlace => ({
    objects: finished,
    ...given({ within, present: start.present }),
    seen: watch.seen,
  })

  const shardAfter = ({ id }: Entity): Shard => ({ name: `${kind} after ${id}`, range: place() })

  /** Reads a list of several pages. Returns where a long one continues. */
  async function* paged(object: Entity, pages: Early<Entries>): AsyncGenerator<Read<Fields>, string | undefined, void> {
    let isEmpty = start.within?.id !== object.id
    let read = 0
    for await (const { values, safe, unfinished } of pages.read()) {
      isEmpty &&= values.length === 0
      if (!unfinished) read++
      const isLong = safe !== undefined && read >= longPages
      const position = safe === undefined || isLong ? {} : { position: place({ id: object.id, link: safe }) }
      yield { rows: rowsOf(object, values, watch), ...position, ...given({ unfinished }) }
      if (!isLong) continue
      watch.ended(object, false)
      return safe
    }
    watch.ended(object, isEmpty)
    return undefined
  }

  try {
    const trips = inLists(objectsInTurn(ctx, objects, start.objects), listsPerTrip)
    for await (const trip of ahead(trips, tripsAtOnce, asked => withLists(lists, asked, start.within))) {
      let rows: Row<Fields>[] = []
      for (const { object, after, found, repeats } of trip) {
        if (repeats !== undefined) watch.comeAgain(repeats)
        if (found.kind === 'paged') {
          if (rows.length > 0) yield { rows, position: place() }
          rows = []
          const parts = await found.parts?.split(ctx)
          if (parts) {
            watch.ended(object, false)
            finished = after
            return yield { rows, rest: [...shardsOfParts(kind, object, parts), shardAfter(object)] }
          }
          const link = yield* unlessGone(paged(object, found.pages), () => watch.gone(object))
          finished = after
          if (link === undefined) continue
          const long: Shard = {
            name: `${kind} of ${object.id}`,
            range: { object: object as LongList['object'], link } satisfies LongList,
          }
          return yield { rows, rest: [long, shardAfter(object)] }
        }
        if (found.kind === 'whole') rows.push(...rowsOf(object, found.values, watch))
        else if (found.kind === 'refused' && watch.seen.objects === 0 && isInVain(trip)) throw found.error
        tell(watch, object, found)
        finished = after
      }
      yield { rows, position: place() }
    }
    ctx.origin(await judged(ctx, objects, watch, start.present))
  } finally {
    over.abort(new Error('the lists are no longer read'))
    lists.close()
  }
}

/** The shards of the parts of the list of an object. */
export const shardsOfParts = (kind: string, object: Entity, parts: readonly NamedPart[]): readonly Shard[] =>
  parts.map(({ name, part, rows }) => ({
    name: `${kind} of ${object.id} ${name}`,
    ...given({ rows }),
    range: { object: object as PartOfList['object'], part } satisfies PartOfList,
  }))

const withLists = async (
  lists: ListsOf,
  asked: readonly InTurn[],
  within: EachPlace['within'],
): Promise<readonly WithList[]> => {
  const found = await lists.find(
    asked.map(({ object: { id } }) => ({ id, link: within?.id === id ? within.link : undefined })),
  )
  return asked.map((one, nth) => ({ ...one, found: found[nth]! }))
}

const tell = (watch: EachWatch, object: Entity, found: Exclude<Found, { readonly kind: 'paged' }>): void => {
  if (found.kind === 'whole') watch.ended(object, found.values.length === 0)
  else if (found.kind === 'gone') watch.gone(object)
  else watch.refused(object)
}

/** An object may be deleted while its list is read: the list then ends. */
export async function* unlessGone<T, R>(
  pages: AsyncIterable<T, R, void>,
  gone: () => void,
): AsyncGenerator<T, R | undefined, void> {
  try {
    return yield* pages
  } catch (error) {
    if (!isCode(error, 'GRAPH_NOT_FOUND')) throw error
    gone()
    return undefined
  }
}

/** Whether the sign-in may read none of the first lists, although some are not hidden: then the run is in vain. */
const isInVain = (trip: readonly WithList[]): boolean =>
  trip.every(({ found }) => found.kind === 'refused') &&
  trip.some(({ object }) => object['visibility'] !== 'HiddenMembership')

/** The place before the first object. Counts the objects. */
const beginning = async (ctx: Context, objects: Source<Entity>): Promise<EachPlace> => {
  const before = await objects.count?.(ctx)
  const present = await objects.present?.(ctx)
  return { objects: {}, seen: { objects: 0, ...given({ before }) }, ...given({ present }) }
}

const judged = async (
  ctx: Context,
  objects: Source<Entity>,
  watch: EachWatch,
  present: Json | undefined,
): Promise<Judged> => {
  if (watch.seen.before === undefined) return watch.judged(undefined, undefined)
  const after = await objects.count?.(ctx)
  const drift = present === undefined ? undefined : await objects.drift?.(ctx, present)
  return watch.judged(after, drift)
}
