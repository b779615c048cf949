import type { Context } from '../../core/context.ts'
import type { Json } from '../../core/json.ts'
import type { Read, Shard } from '../../core/parts.ts'
import type { Position, Row } from '../../core/row.ts'
import type { Changed, Present } from './drift.ts'
import { idOf } from './id-of.ts'
import { isRefusal } from './refused.ts'

/** Name of the shard, which no other shard of a listing has. */
const name = 'changed meanwhile'

/** The shard of what has changed since a token of `presentOf`. */
export const lateShard = (since: Json): Shard => ({ name, range: { delta: (since as unknown as Present).delta } })

/** Whether it is the shard of `lateShard`. */
export const isLate = (shard: Shard): boolean => shard.name === name

/**
 * Reads the objects of a listing that have changed since the token and were not read: those that were created meanwhile, or
 * that moved past the place where their shard was read. If Graph refuses the token, which it may do at any time, they are not known,
 * and the listing is unverified: the run would be refused again whenever it is resumed.
 *
 * @param rowsOf reads those of some objects that belong to the listing, by their ids
 */
export async function* readLate<T>(
  ctx: Context,
  shard: Shard,
  from: Position | undefined,
  rowsOf: (ids: readonly string[]) => Promise<readonly Row<T>[]>,
): AsyncGenerator<Read<T>, void, undefined> {
  const { delta } = shard.range as { readonly delta: string }
  const link = (from as { readonly link: string } | undefined)?.link ?? delta
  const path = delta.split('?')[0]!
  let entries = 0
  const pages = untilRefused(ctx.graph.pages<Changed>(link, { signal: ctx.signal, distinct: () => entries }), () =>
    ctx.origin({ completeness: 'unverified', why }),
  )
  for await (const page of pages) {
    entries += page.values.length
    const ids = [...new Set(page.values.flatMap(object => (object['@removed'] ? [] : idOf(object, path))))]
    const were = ctx.wasRead?.(ids)
    const unread = ids.filter((_, at) => !were?.[at])
    yield {
      rows: unread.length === 0 ? [] : await rowsOf(unread),
      ...(page.safe !== undefined && { position: { link: page.safe } }),
      ...(page.unfinished && { unfinished: true }),
    }
  }
}

const why =
  'Graph refused to say what changed while the listing was read, so objects that moved within it meanwhile may be missing'

async function* untilRefused<P>(pages: AsyncIterable<P>, refused: () => void): AsyncGenerator<P, void, undefined> {
  try {
    yield* pages
  } catch (error) {
    if (!isRefusal(error)) throw error
    refused()
  }
}
