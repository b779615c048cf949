import type { Version } from './faces.ts'
import type { Memory } from './memory/memory.ts'
import { addValue } from './memory/memory.ts'
import type { Records } from './memory/records.ts'
import type { Effect, State } from './state.ts'
import type { Users } from './user.ts'

/** Units in use by SKU id. */
interface Seats {
  /** Before any change. The first call scans all users once (0.1 s per million). */
  atFirst(): ReadonlyMap<string, number>
  /** Now. */
  now(): ReadonlyMap<string, number>
  /** Compares what users hold before and after the effects, which are not applied yet. Returns a function that counts the difference. */
  change(effects: readonly Effect[]): () => void
}

/** Computes the units of the synthetic users, and counts the changes as they come. */
export const seats = (users: Users, truth: State, memory: Memory, records: Records): Seats => {
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
  let changed = new Map<string, number>()
  addValue(
    memory,
    'seats',
    () => [...changed],
    saved => (changed = new Map(saved)),
  )
  const heldBy = (version: Version | undefined): readonly string[] => {
    if (!version) return []
    if (!records.has(version.record, 'assignedLicenses')) return version.rank < 0 ? [] : skusOf(version.rank)
    const held = records.value(version.record, 'assignedLicenses') as readonly { readonly skuId: string }[]
    return [...new Set(held.map(({ skuId }) => skuId))]
  }
  const currentOf = (id: string, rank: number): Version | undefined =>
    truth.live('user').version(id) ??
    (rank < 0 || truth.live('user').isMasked(rank) ? undefined : { id, rank, record: 0 })
  return {
    atFirst,
    now() {
      const counts = new Map(atFirst())
      for (const [skuId, units] of changed) counts.set(skuId, (counts.get(skuId) ?? 0) + units)
      return counts
    },
    change(effects) {
      const differences: (readonly [skuId: string, units: number])[] = []
      for (const effect of effects) {
        if (!('live' in effect) || effect.kind !== 'user') continue
        for (const skuId of heldBy(currentOf(effect.id, effect.rank))) differences.push([skuId, -1])
        for (const skuId of heldBy(effect.live)) differences.push([skuId, 1])
      }
      return () => {
        for (const [skuId, units] of differences) changed.set(skuId, (changed.get(skuId) ?? 0) + units)
      }
    },
  }
}
