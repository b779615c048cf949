import type { Context } from '../../../core/context.ts'
import { inLists } from '../ahead.ts'
import type { Entity } from '../listing.ts'
import { listsOf } from '../lists-of.ts'

const listsAtOnce = 20

/**
 * Reads the lists of some objects, such as the members of groups: their ids and types. A list that is gone or that the sign-in may not
 * read has no entries; the second kind is reported.
 */
export async function* readLists(
  ctx: Context,
  pathOf: (id: string) => string,
  ids: readonly string[],
): AsyncGenerator<{ readonly id: string; readonly entries: readonly Entity[] }, void, void> {
  const lists = listsOf(ctx, { pathOf, select: ['id'] }, ctx.signal)
  try {
    for await (const asked of inLists(ids, listsAtOnce)) {
      const found = await lists.find(asked.map(id => ({ id })))
      for (const [at, list] of found.entries()) {
        const id = asked[at]!
        if (list.kind === 'whole') yield { id, entries: list.values }
        if (list.kind === 'paged') for await (const { values } of list.pages.read()) yield { id, entries: values }
        if (list.kind === 'refused')
          ctx.origin({ completeness: 'unverified', why: `permission: this sign-in may not read ${pathOf(id)}` })
      }
    }
  } finally {
    lists.close()
  }
}
