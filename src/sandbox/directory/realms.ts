import { faces, type Computed } from './faces.ts'
import type { Records } from './memory/records.ts'
import { heldUpn } from './mutations.ts'
import type { Order, Population } from './population.ts'
import type { Realm } from './state.ts'

const noOrder: Order = { rankAt: at => at, positionOf: rank => rank, keyAt: () => '' }

/** The bin of a population. It has no synthetic objects. Its users can be found by their original name. */
const binOf = (population: Population): Population => ({
  ...population,
  size: 0,
  // Its orders have the names of the others, and are kept as changes come.
  orders: Object.fromEntries(Object.keys(population.orders).map(name => [name, noOrder])),
  rankOf: () => undefined,
  keys: population.kind === 'user' ? { [heldUpn]: () => undefined } : {},
})

/** A population with its bin. */
export const realm = (population: Population, records: Records, computed?: Computed): Realm => ({
  population,
  look: faces(population, records, computed),
  bin: binOf(population),
})
