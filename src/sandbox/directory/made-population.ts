import { any, type Column } from './column.ts'
import { guids, type Guids } from './guids.ts'
import { permutation } from './permutation.ts'
import type { Population } from './population.ts'
import type { Kind } from './types.ts'

interface MadePopulationOptions {
  readonly kind: Kind
  readonly size: number
  readonly key: number
  /** Returns a whole object without its id. Every rank has the same properties in the same order. */
  readonly make: (rank: number, id: string) => { readonly [property: string]: unknown }
  readonly empty?: { readonly [property: string]: unknown }
  /** Alternate keys that are GUIDs computed like ids. `make` gives the property the same value. */
  readonly guidKeys?: { readonly [property: string]: Guids }
  readonly keys?: Population['keys']
}

/** A population of few objects. Each is computed as a whole on demand, and none is kept. Sorted orders are created on demand. */
export const madePopulation = ({
  kind,
  size,
  key,
  make,
  empty = {},
  guidKeys = {},
  keys = {},
}: MadePopulationOptions): Population<{ entity: { readonly [property: string]: unknown } }> => {
  const ids = guids(key)
  const byId = permutation(size, key ^ 0x2f)
  const idOf = (rank: number): string => ids.of(byId.forward(rank))
  const subject: { entity: { readonly [property: string]: unknown } } = { entity: {} }
  const names = ['id', 'deletedDateTime', ...Object.keys(make(0, idOf(0)))]
  const columns: { [property: string]: Column<typeof subject> } = {}
  for (const name of new Set(names)) columns[name] = any(({ entity }) => entity[name] ?? null)
  const found = (indices: Guids) => (value: string) => indices.indexOf(value, size)
  return {
    kind,
    size,
    columns,
    empty,
    subject,
    load(rank) {
      const id = idOf(rank)
      subject.entity = { id, ...make(rank, id) }
    },
    orders: { default: { rankAt: byId.backward, positionOf: byId.forward, keyAt: () => '' } },
    idOf,
    rankOf(id) {
      const listed = ids.indexOf(id, size)
      return listed === undefined ? undefined : byId.backward(listed)
    },
    keys: { ...Object.fromEntries(Object.entries(guidKeys).map(([name, indices]) => [name, found(indices)])), ...keys },
  }
}
