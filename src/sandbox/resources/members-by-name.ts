import type { Filter, Path } from '../../odata/ast.ts'
import type { Directory, Entity, Reference, View } from '../directory/types.ts'

/** Names that begin with a text, or are one, in lower case. */
interface Beginning {
  readonly text: string
  readonly isWhole: boolean
}

/** A condition on one property of text, of which an order by the property answers at once. */
interface Named {
  readonly property: string
  readonly some: readonly Beginning[]
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

/** Number of orders that are kept. One of a million members takes about 200 MB. */
const kept = 2

/** Keeps the last two orders until something changes. They must not be used while a view lags, which changes with time. */
export const createMembersByName = (directory: Directory): MembersByName => {
  const orders = new Map<string, readonly Keyed[]>()
  return (key, references, property, view) => {
    const whole = `${key}/${property}@${directory.generation}`
    const order = orders.get(whole) ?? inOrder(directory, references(), property, view)
    orders.delete(whole)
    orders.set(whole, order)
    for (const [oldest] of orders) {
      if (orders.size <= kept) break
      orders.delete(oldest)
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
      const value = entity[property]
      key = typeof value === 'string' ? value.toLowerCase() : undefined
      return true
    }
    directory.collection(reference.kind).matches(reference.id, read, view)
    if (key !== undefined) order.push({ key, reference })
  }
  return order.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}

/** The condition on the beginning of a name that a filter has: `startsWith`, `eq`, or several of them on one property. */
export const nameIn = (filter: Filter): Named | undefined => {
  const items = filter.kind === 'and' ? filter.items : [filter]
  for (const item of items) {
    const found = (item.kind === 'or' ? item.items : [item]).map(beginning)
    const property = found[0]?.property
    if (property !== undefined && found.every(one => one?.property === property))
      return { property, some: found.map(one => one!.some), isPartial: items.length > 1 }
  }
  return undefined
}

const beginning = (item: Filter): { readonly property: string; readonly some: Beginning } | undefined => {
  if (item.kind === 'call' && item.name === 'startsWith' && isPlain(item.path))
    return { property: item.path.names[0]!, some: { text: item.value.toLowerCase(), isWhole: false } }
  if (item.kind === 'compare' && item.operator === 'eq' && item.value.type === 'string' && isPlain(item.path))
    return { property: item.path.names[0]!, some: { text: item.value.value.toLowerCase(), isWhole: true } }
  return undefined
}

const isPlain = ({ names, variable, counts }: Path): boolean => names.length === 1 && variable === undefined && !counts

/** The members whose name begins with one of the texts, each once. */
export const membersNamed = (order: readonly Keyed[], some: readonly Beginning[]): readonly Reference[] => {
  const found: Reference[] = []
  let from = 0
  for (const { text, isWhole } of some.toSorted((a, b) => (a.text < b.text ? -1 : 1))) {
    let at = Math.max(from, firstAt(order, text))
    for (; at < order.length; at++) {
      const { key, reference } = order[at]!
      if (isWhole ? key !== text : !key.startsWith(text)) break
      found.push(reference)
    }
    from = at
  }
  return found
}

/** The place of the first key that is not before a text. */
const firstAt = (order: readonly Keyed[], text: string): number => {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (order[middle]!.key < text) low = middle + 1
    else high = middle
  }
  return low
}
