import { keyOf } from '../../odata/key-spans.ts'
import type { Faces } from './faces.ts'
import type { Order, Population } from './population.ts'

/** Largest number of objects that are sorted in memory, for an order that cannot be computed. */
const most = 300_000

/**
 * Sorts a small population by any property. Holds about 100 bytes per object as long as the directory exists.
 *
 * @throws RangeError for a large population
 */
export const sortedOrder = (population: Population, look: Faces, property: string): Order => {
  const { size } = population
  // All values are equal.
  if (!(property in population.columns) || property === 'deletedDateTime') {
    const { rankAt, positionOf } = population.orders['default'] as Order
    return { rankAt, positionOf, keyAt: () => '' }
  }
  if (size > most)
    throw new RangeError(`Expected order to be one of ${Object.keys(population.orders).join(', ')}, got ${property}`)
  return orderBy(
    size,
    Array.from({ length: size }, (_, rank) => keyOf(look.probe(rank)[property])),
  )
}

/** The order of ranks by their keys. */
const orderBy = (size: number, keys: readonly string[]): Order => {
  const ranks = Uint32Array.from(keys, (_, rank) => rank).sort((one, other) => {
    const [a = '', b = ''] = [keys[one], keys[other]]
    return a < b ? -1 : a > b ? 1 : one - other
  })
  const positions = new Uint32Array(size)
  ranks.forEach((rank, position) => (positions[rank] = position))
  return {
    rankAt: position => ranks[position] ?? 0,
    positionOf: rank => positions[rank] ?? 0,
    keyAt: position => keys[ranks[position] ?? 0] ?? '',
  }
}

/** An order that is sorted when it is first read. Then holds 8 bytes per object, and its key. */
export const lazyOrder = (size: number, keyOfRank: (rank: number) => string): Order => {
  let made: Order | undefined
  const order = (): Order =>
    (made ??= orderBy(
      size,
      Array.from({ length: size }, (_, rank) => keyOfRank(rank)),
    ))
  return {
    rankAt: position => order().rankAt(position),
    positionOf: rank => order().positionOf(rank),
    keyAt: position => order().keyAt(position),
  }
}
