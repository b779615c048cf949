import type { Context } from '../../core/context.ts'

/**
 * Returns the first objects of a listing, at most so many. An empty or short page is not its end.
 *
 * @throws EntrapipeError as `Graph.pages`
 */
export const firstFound = async <T>(ctx: Context, link: string, most: number): Promise<readonly T[]> => {
  const found: T[] = []
  for await (const { values } of ctx.graph.pages<T>(link, { signal: ctx.signal })) {
    found.push(...values)
    if (found.length >= most) break
  }
  return found.slice(0, most)
}
