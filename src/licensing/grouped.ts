import { productNameKey } from '../data/product-name-key.ts'

/** Items by each of their names, in the form in which names are compared. An item comes once for a name that it has twice. */
export const grouped = <T>(
  items: Iterable<T>,
  namesOf: (item: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> => {
  const found = new Map<string, T[]>()
  for (const item of items)
    for (const key of new Set(namesOf(item).map(productNameKey))) {
      const others = found.get(key)
      if (others) others.push(item)
      else found.set(key, [item])
    }
  return found
}
