import type { Context } from '../../core/context.ts'
import { idOf } from './id-of.ts'

/**
 * Returns the first objects of a listing, at most so many, each with an id. An empty or short page is not its end.
 *
 * @throws EntrapipeError as `Graph.pages`, and `GRAPH_REFUSED` for an object without an id
 */
export const firstFound = async <T extends { readonly id: string }>(
  ctx: Context,
  link: string,
  most: number,
): Promise<readonly T[]> => {
  const found: T[] = []
  for await (const { values } of ctx.graph.pages<T>(link, { signal: ctx.signal })) {
    found.push(...values.map(value => ({ ...value, id: idOf(value, link.split('?')[0]!) })))
    if (found.length >= most) break
  }
  return found.slice(0, most)
}
