import type { Directory, Reference } from '../directory/types.ts'

/**
 * Sorted lists of related objects. A list is sorted for its first page and kept for the next ones until something changes. A
 * first page always sorts again, because the content of a lagging view changes with time.
 */
export type SortedLists = (key: string, isFirst: boolean, make: () => readonly Reference[]) => readonly Reference[]

/** Number of lists that are kept. A list of a million references takes about 100 MB. */
const kept = 2

/** Keeps the last two lists. The key must contain everything that a list depends on, except the directory's generation. */
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
