import { planCatalogue } from '../../../src/data/sku-catalogue.ts'
import type { LicenceDecision } from '../../../src/licensing/decisions/decision.ts'
import { effectOf } from '../../../src/licensing/decisions/effect.ts'
import { planRules, type PlanRules } from '../../../src/licensing/plan-rules.ts'
import type { UserLicences } from '../../../src/licensing/user-licences.ts'
import { catalogue } from '../products.ts'

const partOf = (sku: string): string => catalogue.get(sku)!.partNumber
const nameOf = (plan: string): string => planCatalogue().get(plan)!.servicePlanName

/** A decision with the names of products and plans, and what it does to units, so that tests can be read. */
export const shown = (user: UserLicences, decision: LicenceDecision, rules: PlanRules = planRules()) => {
  if (!('change' in decision)) return decision
  const { change, leftOff = [] } = decision
  const { takes, frees, conflicts } = effectOf(user, change, catalogue, rules)
  return {
    add: Object.fromEntries(
      change.addLicenses.map(({ skuId, disabledPlans }) => [partOf(skuId), disabledPlans.map(nameOf).sort()]),
    ),
    remove: change.removeLicenses.map(partOf),
    takes: takes.map(partOf),
    frees: frees.map(partOf),
    ...(leftOff.length > 0 && { leftOff: leftOff.map(({ plan }) => nameOf(plan)) }),
    ...(conflicts.length > 0 && {
      conflicts: conflicts.map(each => [each.kind, nameOf(each.plan)].join(' ')),
    }),
  }
}
