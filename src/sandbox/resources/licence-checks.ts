import { judge } from '../directory/licences/judge.ts'
import { plansOf } from '../directory/licences/reader.ts'
import { planNamed } from '../directory/licences/skus.ts'
import type { Licence } from '../directory/licences/types.ts'
import type { Directory } from '../directory/types.ts'
import { licenceFaults } from './licence-faults.ts'

/** Refuses products that the tenant does not have, and plans that a product does not have. @throws GraphFault 400 */
export const checkOwned = ({ licences }: Directory, added: readonly Licence[]): void => {
  for (const { skuId, disabledPlans } of added) {
    const sku = licences.sku(skuId)
    if (!sku) throw licenceFaults.notOwned(skuId)
    const plans = new Set(sku.plans.map(plan => plan.servicePlanId))
    const unknown = disabledPlans.find(plan => !plans.has(plan))
    if (unknown !== undefined) throw licenceFaults.planUnknown(unknown, skuId)
  }
}

/** Refuses plans that exclude each other, or lack what they depend on. @throws GraphFault 400 */
export const checkPlans = (licences: readonly Licence[]): void => {
  const { conflict, lack } = judge(licences)
  if (conflict) throw licenceFaults.exclusive(conflict[0].servicePlanId, conflict[1].servicePlanId)
  if (lack) throw licenceFaults.lacking(lack.plan.servicePlanId, idsOf(lack.needs, licences))
}

/** The ids of the plans that would do: those of the products at hand, else of any product. */
const idsOf = (names: readonly string[], licences: readonly Licence[]): readonly string[] => {
  const own = licences.flatMap(({ skuId }) => plansOf(skuId)).filter(plan => names.includes(plan.servicePlanName))
  const found = own.length > 0 ? own : names.flatMap(name => planNamed(name) ?? [])
  return [...new Set(found.map(plan => plan.servicePlanId))]
}
