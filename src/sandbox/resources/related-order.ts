import { compareValues, type Order } from '../../odata/parse-orderby.ts'
import type { Cursor, Entity, Reference, View } from '../directory/types.ts'
import type { Call } from './call.ts'
import type { Rows } from './paging.ts'
import { pageIn } from './place.ts'

/** Returns a page of a list in memory. */
export const orderedRows = (
  all: readonly Reference[],
  limit: number,
  from: Cursor | undefined,
  write: (reference: Reference) => string | undefined,
): Rows => {
  const { items, cursor } = pageIn(all, limit, from)
  return { json: items.flatMap(reference => write(reference) ?? []), cursor }
}

/** Sorts references by one property of the objects: strings ignoring case, null first. */
export const inOrder = (
  { directory }: Call,
  references: Iterable<Reference>,
  { property, direction }: Order,
  view: View,
): readonly Reference[] => {
  const sign = direction === 'asc' ? 1 : -1
  const keyed = Array.from(references, reference => {
    let value: unknown = null
    // A test only computes the properties that it reads.
    const read = (entity: Entity): boolean => {
      const found = entity[property]
      value = typeof found === 'string' ? found.toLowerCase() : found
      return true
    }
    directory.collection(reference.kind).matches(reference.id, read, view)
    return { reference, value }
  })
  return keyed.sort((a, b) => compareValues(a.value, b.value) * sign).map(({ reference }) => reference)
}
