import { minorPlans } from '../data/minor-plans.ts'
import { familyOf, type PlanPlace } from '../data/plan-families.ts'
import type { Product } from './products.ts'

/**
 * Whether users with the first product need not have the second one as well: each of its plans is in the first, or a higher tier of the same
 * family is. Plans of the whole tenant, and those that no product is bought for, do not count. A product without other plans is
 * contained in none.
 */
export const contains = (product: Product, other: Product): boolean => {
  const wanted = other.plans.filter(({ id, isCompanyWide }) => !isCompanyWide && !minorPlans().has(id))
  if (product.skuId === other.skuId || wanted.length === 0) return false
  const ids = new Set(product.plans.map(({ id }) => id))
  const places = product.plans.map(({ id }) => familyOf(id))
  return wanted.every(({ id }) => ids.has(id) || isReached(familyOf(id), places))
}

const isReached = (wanted: PlanPlace | undefined, places: readonly (PlanPlace | undefined)[]): boolean =>
  wanted !== undefined && places.some(place => place?.name === wanted.name && place.tier >= wanted.tier)
