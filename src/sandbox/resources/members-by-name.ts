import type { Filter } from '../../odata/ast.ts'
import { keyOf, type Span } from '../../odata/key-spans.ts'
import { splitFilter } from '../../odata/split-filter.ts'
import { firstIndex } from '../directory/search.ts'
import type { Directory, Entity, Reference, View } from '../directory/types.ts'

/** A condition on one property of text, which an order by the property answers at once. */
interface Named {
  readonly property: string
  readonly spans: readonly Span[]
  /** Whether the filter has other conditions, too. */
  readonly isPartial: boolean
}

interface Keyed {
  readonly key: string
  readonly reference: Reference
}

/** Members in the order of a property. The key must contain everything that they depend on, except the directory's generation. */
export type MembersByName = (
  key: string,
  references: () => Iterable<Reference>,
  property: string,
  view: View,
) => readonly Keyed[]

/** Members of all orders that are kept. A million take about 200 MB. */
const keptMembers = 1_000_000

/**
 * Keeps the last orders until something changes: several huge groups may be read at once. They must not be used while a view lags, which
 * changes with time.
 */
export const createMembersByName = (directory: Directory): MembersByName => {
  const orders = new Map<string, readonly Keyed[]>()
  return (key, references, property, view) => {
    const generation = `@${directory.generation}`
    const whole = `${key}/${property}${generation}`
    const order = orders.get(whole) ?? inOrder(directory, references(), property, view)
    orders.delete(whole)
    orders.set(whole, order)
    let members = 0
    // The oldest come first.
    for (const [at, { length }] of [...orders].toReversed()) {
      members += length
      if (at !== whole && (members > keptMembers || !at.endsWith(generation))) orders.delete(at)
    }
    return order
  }
}

const inOrder = (
  directory: Directory,
  references: Iterable<Reference>,
  property: string,
  view: View,
): readonly Keyed[] => {
  const order: Keyed[] = []
  for (const reference of references) {
    let key: string | undefined
    // A test only computes the properties that it reads.
    const read = (entity: Entity): boolean => {
      key = keyOf(entity[property])
      return true
    }
    directory.collection(reference.kind).matches(reference.id, read, view)
    if (key !== undefined) order.push({ key, reference })
  }
  return order.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}

/** The condition of a filter that an order answers; undefined if it has none. */
export const nameIn = (filter: Filter): Named | undefined => {
  const { index, residual } = splitFilter(filter, one => one.kind === 'spans' && !one.property.includes('/'))
  if (index?.kind !== 'spans') return undefined
  return { property: index.property, spans: index.spans, isPartial: residual !== undefined }
}

/** The members whose names have their keys in one of the spans. */
export const membersNamed = (order: readonly Keyed[], spans: readonly Span[]): readonly Reference[] => {
  const placeOf = (key: string): number => firstIndex(0, order.length, at => order[at]!.key >= key)
  return spans.flatMap(({ from, to }) =>
    order.slice(placeOf(from), to === undefined ? order.length : placeOf(to)).map(({ reference }) => reference),
  )
}
