import type { CatalogueSku } from '../../../data/sku-catalogue.ts'
import { addValue, type Memory } from '../memory/memory.ts'
import type { Users } from '../user.ts'
import { catalogueSku } from './skus.ts'
import type { OwnedSku, PrepaidUnits, UnitRule } from './types.ts'

/** The products of a tenant and their units, kept as counters. */
export interface Seats {
  readonly skus: readonly OwnedSku[]
  sku(skuId: string): OwnedSku | undefined
  /** Units that nobody uses. Negative if more are used than there are. Suspended ones never count. */
  free(skuId: string, rule: UnitRule): number
  /** Whether the catalogue has a product of this id or part number. */
  canBuy(name: string): boolean
  /** Sets the units of a product, which the tenant may not have had. Returns it; undefined if the catalogue has none of that name. */
  buy(name: string, units: Partial<PrepaidUnits>): OwnedSku | undefined
  /** Counts users that have a product more or less. */
  count(skuId: string, by: 1 | -1): void
  /** Incremented by every change. */
  readonly revision: number
}

/** Products without free units at first. */
const soldOut = new Set(['PROJECTPROFESSIONAL'])
/** A product whose subscription has ended at first: it is in its grace period. */
const ended = 'ENTERPRISEPACK'

const none: PrepaidUnits = { enabled: 0, warning: 0, suspended: 0, lockedOut: 0 }

/** Counts the units of the synthetic users once, when they are first asked for (0.1 s per million), and the changes as they come. */
export const seatsOf = ({ world, size }: Users, memory: Memory): Seats => {
  const { licences } = world
  let first: Map<string, number> | undefined
  const atFirst = (): ReadonlyMap<string, number> => {
    if (first) return first
    const counts = new Float64Array(licences.bundles.length)
    for (let rank = 0; rank < size; rank++)
      if (!world.isGuest(rank)) counts[licences.bundleAt(world.byLicence.forward(rank))]!++
    first = new Map()
    for (const [index, { skuIds }] of licences.bundles.entries())
      for (const skuId of skuIds) first.set(skuId, (first.get(skuId) ?? 0) + counts[index]!)
    return first
  }
  const unitsAtFirst = ({ skuId, skuPartNumber }: CatalogueSku): PrepaidUnits => {
    const used = atFirst().get(skuId) ?? 0
    const more = Math.max(5, Math.ceil(size / 40))
    if (licences.settings) {
      const set = licences.settings.skus.find(({ sku }) => sku === skuPartNumber)
      return {
        ...none,
        enabled: set?.enabled ?? used + more,
        warning: set?.warning ?? 0,
        suspended: set?.suspended ?? 0,
      }
    }
    if (skuPartNumber === ended) return { ...none, warning: used + 5 }
    return { ...none, enabled: soldOut.has(skuPartNumber) ? used : used + more }
  }
  let changed = new Map<string, number>()
  let bought = new Map<string, PrepaidUnits>()
  let revision = 0
  addValue(
    memory,
    'licence.seats',
    () => ({ changed: [...changed], bought: [...bought], revision }),
    saved => {
      changed = new Map(saved.changed)
      bought = new Map(saved.bought)
      revision = saved.revision
      owned = undefined
    },
  )
  let owned: Map<string, CatalogueSku> | undefined
  const all = (): ReadonlyMap<string, CatalogueSku> => {
    if (owned) return owned
    owned = new Map(licences.skus.map(sku => [sku.skuId, sku]))
    for (const skuId of bought.keys()) if (!owned.has(skuId)) owned.set(skuId, catalogueSku(skuId)!)
    return owned
  }
  const kept = new Map<string, PrepaidUnits>()
  const unitsOf = (sku: CatalogueSku): PrepaidUnits => {
    const found = bought.get(sku.skuId) ?? kept.get(sku.skuId)
    if (found) return found
    const units = unitsAtFirst(sku)
    kept.set(sku.skuId, units)
    return units
  }
  const consumed = (skuId: string): number => (atFirst().get(skuId) ?? 0) + (changed.get(skuId) ?? 0)
  const ownedOf = (sku: CatalogueSku): OwnedSku => ({ ...sku, units: unitsOf(sku), consumed: consumed(sku.skuId) })
  return {
    get skus() {
      return [...all().values()].map(ownedOf)
    },
    sku(skuId) {
      const found = all().get(skuId)
      return found && ownedOf(found)
    },
    free(skuId, { warningUnitsAssignable }) {
      const found = all().get(skuId)
      if (!found) return 0
      const { enabled, warning } = unitsOf(found)
      return enabled + (warningUnitsAssignable ? warning : 0) - consumed(skuId)
    },
    canBuy: name => catalogueSku(name) !== undefined,
    buy(name, units) {
      const found = catalogueSku(name)
      if (!found) return undefined
      const before = all().has(found.skuId) ? unitsOf(found) : none
      bought.set(found.skuId, { ...before, ...units })
      owned = undefined
      revision++
      return ownedOf(found)
    },
    count(skuId, by) {
      changed.set(skuId, (changed.get(skuId) ?? 0) + by)
      revision++
    },
    get revision() {
      return revision
    },
  }
}
