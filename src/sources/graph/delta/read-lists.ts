import type { Context } from '../../../core/context.ts'
import { ahead, inLists } from '../ahead.ts'
import type { Entity } from '../listing.ts'
import { listsOf, listsPerTrip, tripsAtOnce } from '../lists-of.ts'

/**
 * Reads the lists of some objects, such as the members of groups: their ids and types, in the order of the objects. A list that is gone or
 * that the sign-in may not read has no entries; the second kind is reported. 240 lists are read at once.
 */
export async function* readLists(
  ctx: Context,
  pathOf: (id: string) => string,
  ids: Iterable<string>,
): AsyncGenerator<{ readonly id: string; readonly entries: readonly Entity[] }, void, void> {
  const over = new AbortController()
  const lists = listsOf(ctx, { pathOf, select: ['id'] }, AbortSignal.any([ctx.signal, over.signal]))
  const trips = ahead(inLists(ids, listsPerTrip), tripsAtOnce, async asked => ({
    asked,
    found: await lists.find(asked.map(id => ({ id }))),
  }))
  try {
    for await (const { asked, found } of trips)
      for (const [at, list] of found.entries()) {
        const id = asked[at]!
        if (list.kind === 'whole') yield { id, entries: list.values }
        if (list.kind === 'paged') for await (const { values } of list.pages.read()) yield { id, entries: values }
        if (list.kind === 'refused')
          ctx.origin({ completeness: 'unverified', why: `permission: this sign-in may not read ${pathOf(id)}` })
      }
  } finally {
    over.abort(new Error('the lists are no longer read'))
    lists.close()
  }
}
