import { newConflicts, type Conflict } from '../conflicts.ts'
import type { PlanRules } from '../plan-rules.ts'
import type { Products } from '../products.ts'
import { enabledPlans, unitsOf, type UserLicences } from '../user-licences.ts'
import { applied } from './applied.ts'
import type { LicenceChange } from './decision.ts'

/** What a change of a user's licences does. Products by `skuId`, plans by id. */
export interface LicenceEffect {
  readonly after: UserLicences
  /** Products of which a unit more is used. */
  readonly takes: readonly string[]
  /** Products of which a unit is freed; none where a group still gives the product. */
  readonly frees: readonly string[]
  readonly gained: readonly string[]
  readonly lost: readonly string[]
  /** Conflicts that were not there before. */
  readonly conflicts: readonly Conflict[]
}

/** The effect of a change on units, plans and conflicts, judged on what the user has after it, groups included. */
export const effectOf = (
  user: UserLicences,
  change: LicenceChange,
  products: Products,
  rules: PlanRules,
): LicenceEffect => {
  const after = applied(user, change)
  const units = [unitsOf(user), unitsOf(after)] as const
  const plans = [enabledPlans(user, products), enabledPlans(after, products)] as const
  return {
    after,
    takes: [...units[1]].filter(sku => !units[0].has(sku)),
    frees: [...units[0]].filter(sku => !units[1].has(sku)),
    gained: [...plans[1].keys()].filter(id => !plans[0].has(id)),
    lost: [...plans[0].keys()].filter(id => !plans[1].has(id)),
    conflicts: newConflicts(...plans, rules),
  }
}
