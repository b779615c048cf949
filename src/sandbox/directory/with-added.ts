import type { Population } from './population.ts'
import type { Entity } from './types.ts'

type Made = Population<{ entity: { readonly [property: string]: unknown } }>

/**
 * Adds a few whole objects after those of a population. The others keep their ranks and ids, so that nothing derived from
 * them changes. Added objects are found by id and by alternate key.
 *
 * @param keys alternate keys that the population itself lacks
 */
export const withAdded = (base: Made, added: readonly Entity[], keys: readonly string[] = []): Made => {
  const { size, subject } = base
  const order = base.orders['default']!
  const rankIn = (property: string, value: string): number | undefined => {
    const at = added.findIndex(one => String(one[property]).toLowerCase() === value.toLowerCase())
    return at < 0 ? undefined : size + at
  }
  return {
    ...base,
    size: size + added.length,
    load(rank) {
      if (rank < size) base.load(rank)
      else subject.entity = added[rank - size] ?? {}
    },
    orders: {
      default: {
        rankAt: position => (position < size ? order.rankAt(position) : position),
        positionOf: rank => (rank < size ? order.positionOf(rank) : rank),
        keyAt: () => '',
      },
    },
    idOf: rank => (rank < size ? base.idOf(rank) : (added[rank - size]?.id ?? '')),
    rankOf: id => base.rankOf(id) ?? rankIn('id', id),
    keys: Object.fromEntries(
      [...new Set([...Object.keys(base.keys), ...keys])].map(property => [
        property,
        (value: string) => base.keys[property]?.(value) ?? rankIn(property, value),
      ]),
    ),
  }
}
