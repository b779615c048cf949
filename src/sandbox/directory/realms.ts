import { faces } from './faces.ts'
import { heldUpn } from './mutations.ts'
import type { Population } from './population.ts'
import type { Realm } from './state.ts'

/** The bin of a population. It has no synthetic objects. Its users can be found by their original name. */
const binOf = (population: Population): Population => ({
  ...population,
  size: 0,
  orders: { default: { rankAt: at => at, positionOf: rank => rank, keyAt: () => '' } },
  rankOf: () => undefined,
  keys: population.kind === 'user' ? { [heldUpn]: () => undefined } : {},
})

/** A population with its bin. */
export const realm = (population: Population): Realm => ({
  population,
  look: faces(population),
  bin: binOf(population),
})
