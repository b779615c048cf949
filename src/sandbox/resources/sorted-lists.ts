import type { Directory, Reference } from '../directory/types.ts'

/**
 * Related objects in an order that is asked for page after page: sorted for the first page, kept for the next ones as long as
 * nothing changes. A first page always sorts anew, since what a lagging view shows changes with time alone.
 */
export type SortedLists = (key: string, isFirst: boolean, make: () => readonly Reference[]) => readonly Reference[]

/** A list of a million references is some 100 MB: no more than these are kept. */
const kept = 2

/** Keeps the last two lists. The key says everything that a list depends on, but for the directory's generation. */
export const createSortedLists = (directory: Directory): SortedLists => {
  const lists = new Map<string, readonly Reference[]>()
  return (key, isFirst, make) => {
    const whole = `${key}@${directory.generation}`
    const list = (isFirst ? undefined : lists.get(whole)) ?? make()
    lists.delete(whole)
    lists.set(whole, list)
    for (const [oldest] of lists) {
      if (lists.size <= kept) break
      lists.delete(oldest)
    }
    return list
  }
}
