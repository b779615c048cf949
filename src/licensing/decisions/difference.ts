import type { Products } from '../products.ts'
import { enabledPlans, unitsOf, type UserLicences } from '../user-licences.ts'

/** What a user takes and frees by a change, groups included. Products by `skuId`, plans by id. */
export interface LicenceDifference {
  /** Products of which a unit more is used. */
  readonly takes: readonly string[]
  /** Products of which a unit is freed; none where a group still gives the product. */
  readonly frees: readonly string[]
  /** The plans that are on before and after it, each with the products that give it. */
  readonly plans: readonly [before: ReturnType<typeof enabledPlans>, after: ReturnType<typeof enabledPlans>]
}

/** Compares what a user has before and after a change. */
export const differenceOf = (before: UserLicences, after: UserLicences, products: Products): LicenceDifference => {
  const [old, now] = [unitsOf(before), unitsOf(after)]
  return {
    takes: [...now].filter(sku => !old.has(sku)),
    frees: [...old].filter(sku => !now.has(sku)),
    plans: [enabledPlans(before, products), enabledPlans(after, products)],
  }
}
