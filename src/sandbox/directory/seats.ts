import type { Realms, State } from './state.ts'
import type { Users } from './user.ts'

/** Units in use by SKU id. */
interface Seats {
  /** Before any change. The first call scans all users once (0.1 s per million). */
  atFirst(): ReadonlyMap<string, number>
  /** Now. Takes time in proportion to the changes. */
  now(): ReadonlyMap<string, number>
}

/** Computes the units of the synthetic users, then applies the changes. */
export const seats = (users: Users, realms: Realms, truth: State): Seats => {
  const { world, size } = users
  let first: Map<string, number> | undefined
  const skusOf = (rank: number): readonly string[] =>
    world.isGuest(rank)
      ? []
      : (world.licences.bundles[world.licences.bundleAt(world.byLicence.forward(rank))]?.skuIds ?? [])
  const atFirst = (): Map<string, number> => {
    if (first) return first
    const bundles = new Float64Array(world.licences.bundles.length)
    for (let rank = 0; rank < size; rank++) {
      const bundle = world.licences.bundleAt(world.byLicence.forward(rank))
      if (!world.isGuest(rank)) bundles[bundle] = (bundles[bundle] ?? 0) + 1
    }
    first = new Map()
    for (const [index, { skuIds }] of world.licences.bundles.entries())
      for (const skuId of skuIds) first.set(skuId, (first.get(skuId) ?? 0) + (bundles[index] ?? 0))
    return first
  }
  return {
    atFirst,
    now() {
      const counts = new Map(atFirst())
      const add = (skuIds: readonly string[], units: number): void => {
        for (const skuId of skuIds) counts.set(skuId, (counts.get(skuId) ?? 0) + units)
      }
      const overlay = truth.live('user')
      for (const rank of overlay.goneRanks()) add(skusOf(rank), -1)
      for (const version of overlay.versions()) {
        if (!('assignedLicenses' in version.patch)) continue
        if (version.rank >= 0) add(skusOf(version.rank), -1)
        const held = realms.user.look.value(version, 'assignedLicenses') as readonly { readonly skuId: string }[]
        add([...new Set(held.map(({ skuId }) => skuId))], 1)
      }
      return counts
    },
  }
}
