import type { Context } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Read, Source } from '../../core/parts.ts'
import type { Position } from '../../core/row.ts'
import type { EachReading, OfEachOptions } from './each-reading.ts'
import { eachWatch, type Seen } from './each-watch.ts'
import { shardsOfParts, unlessGone, walkEach, type EachPlace, type LongList, type PartOfList } from './each-walk.ts'
import { idOf } from './id-of.ts'
import { describeLists, listsOf } from './lists-of.ts'
import { sightOf } from './unseen.ts'

/** A position in the rest of a long list. */
type LongPlace = { readonly link: string; readonly seen: Seen }

/** A position in a part of a huge list. */
type PartPlace = { readonly at: Position; readonly seen: Seen }

/**
 * Lists what belongs to each of many objects, such as the members of all groups: a row for each entry, in the order of the objects.
 * Keys are `<id of the object>/<id of the entry>`. First pages are read 20 to a `$batch`, 240 at once, and further ones by their links.
 * The parts of a huge list of members are shards of their own, and so is the rest of another list of more than 20 pages. Holds some ten
 * thousand entries, whatever their number. A position names the last object that is finished, so that nothing is lost or repeated.
 *
 * The listing is `short` if fewer objects are read than were counted, else `unverified`, since Graph does not count entries.
 */
export const ofEach = (options: OfEachOptions): Source<Fields> => {
  const { kind, objects, words, row, columns, ...list } = options
  const reading: EachReading = {
    kind,
    objects,
    words,
    list,
    rowsOf(object, entries, watch) {
      watch.see(entries)
      return entries.flatMap(entry => {
        const value = row(object, entry)
        return value ? [{ key: `${object.id}/${idOf(entry, list.pathOf('{id}'))}`, value }] : []
      })
    },
  }
  return {
    kind,
    usesGraph: true,
    live: false,
    keys: 'unique',
    ...(objects.resumable === false && { resumable: false }),
    check: async ctx => void (await objects.check?.(ctx)),
    describe: async ctx => ({ from: (await objects.describe?.(ctx)) ?? null, each: describeLists(list) }),
    columns: () => columns,
    read(ctx, { range }, from) {
      const at = range as LongList | PartOfList | EachPlace | undefined
      if (at && 'link' in at) return readLong(ctx, reading, at, from as LongPlace | undefined)
      if (at && 'part' in at) return readPart(ctx, reading, at, from as PartPlace | undefined)
      return walkEach(ctx, reading, (from as EachPlace | undefined) ?? at)
    },
  }
}

/** Reads the rest of a long list. */
async function* readLong(
  ctx: Context,
  { words, list, rowsOf }: EachReading,
  { object, link }: LongList,
  from: LongPlace | undefined,
): AsyncGenerator<Read<Fields>, void, void> {
  const watch = eachWatch(words, list.select, await sightOf(ctx), from?.seen)
  const entries = listsOf(ctx, list, ctx.signal).pages(object.id, from?.link ?? link)
  for await (const { values, safe, unfinished } of unlessGone(entries, () => watch.gone(object))) {
    const rows = rowsOf(object, values, watch)
    const position = safe === undefined ? {} : { position: { link: safe, seen: watch.seen } satisfies LongPlace }
    yield { rows, ...position, ...given({ unfinished }) }
  }
  if (watch.why !== undefined) ctx.origin({ completeness: 'unverified', why: watch.why })
}

/** Reads a part of a huge list. */
async function* readPart(
  ctx: Context,
  { kind, words, list, rowsOf }: EachReading,
  { object, part }: PartOfList,
  from: PartPlace | undefined,
): AsyncGenerator<Read<Fields>, void, void> {
  const watch = eachWatch(words, list.select, await sightOf(ctx), from?.seen)
  const pages = list.partsOf!(object.id).read(ctx, part, from?.at)
  for await (const { rows: entries, position, rest, ...place } of unlessGone(pages, () => watch.gone(object))) {
    const rows = rowsOf(
      object,
      entries.map(({ value }) => value),
      watch,
    )
    yield {
      rows,
      ...place,
      ...given({
        position: position === undefined ? undefined : ({ at: position, seen: watch.seen } satisfies PartPlace),
        rest: rest && shardsOfParts(kind, object, rest),
      }),
    }
  }
  if (watch.why !== undefined) ctx.origin({ completeness: 'unverified', why: watch.why })
}
