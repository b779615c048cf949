import { newConflicts, type Conflict } from '../conflicts.ts'
import type { PlanRules } from '../plan-rules.ts'
import type { Products } from '../products.ts'
import type { UserLicences } from '../user-licences.ts'
import { applied } from './applied.ts'
import type { LicenceChange } from './decision.ts'
import { differenceOf, type LicenceDifference } from './difference.ts'

/** What a change of a user's licences does. */
export interface LicenceEffect extends Pick<LicenceDifference, 'takes' | 'frees'> {
  readonly after: UserLicences
  /** Conflicts that were not there before. */
  readonly conflicts: readonly Conflict[]
}

/** The effect of a change on units and conflicts, judged on what the user has after it, groups included. */
export const effectOf = (
  user: UserLicences,
  change: LicenceChange,
  products: Products,
  rules: PlanRules,
): LicenceEffect => {
  const after = applied(user, change)
  const { takes, frees, plans } = differenceOf(user, after, products)
  return { after, takes, frees, conflicts: newConflicts(...plans, rules) }
}
