import type { Assignment, UserLicences } from '../user-licences.ts'
import type { LicenceChange } from './decision.ts'

/** The licences of a user after a change that was made in full. */
export const applied = ({ direct, inherited }: UserLicences, change: LicenceChange): UserLicences => {
  const after = new Map<string, Assignment>(direct)
  for (const sku of change.removeLicenses) after.delete(sku)
  for (const { skuId, disabledPlans } of change.addLicenses)
    after.set(skuId, { state: 'Active', error: null, disabledPlans: new Set(disabledPlans) })
  return { direct: after, inherited }
}
