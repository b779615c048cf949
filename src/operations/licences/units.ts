import type { FreeUnits, Supply } from '../../core/supply.ts'
import { freeUnits } from '../../licensing/products.ts'
import { readProducts } from '../../licensing/read-products.ts'
import { productNamed } from '../../licensing/shown-names.ts'

/**
 * The units of a tenant's products, by `skuId`. Units in their grace period are free as well, and doubtful: no page says that they can be
 * assigned.
 *
 * @see https://learn.microsoft.com/graph/api/resources/licenseunitsdetail
 */
export const productUnits: Supply = {
  async read({ graph, signal }) {
    const { products, isOwn } = await readProducts(graph, signal)
    if (!isOwn) return undefined
    const units = new Map<string, FreeUnits>()
    for (const { skuId, subscription } of products.values()) {
      if (!subscription) continue
      const free = freeUnits(subscription)
      units.set(skuId, { free, doubtful: Math.min(free, subscription.warning) })
    }
    return units
  },
  nameOf: sku => `Seats of ${productNamed(sku)}`,
  short: 'SEATS_SHORT',
  ranOut: 'SeatsRanOut',
  fix: 'Buy seats, or remove the product from others.',
  untilShort: 'With --until-seats, the first rows for which there are seats are sent.',
}
