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

/**
 * The changes of several rows of one user as one request; undefined if two of them change one product.
 *
 * @see https://learn.microsoft.com/graph/api/user-assignlicense products that depend on each other go in one call
 */
export const together = (changes: readonly LicenceChange[]): LicenceChange | undefined => {
  const addLicenses = changes.flatMap(change => change.addLicenses)
  const removeLicenses = changes.flatMap(change => change.removeLicenses)
  const touched = [...addLicenses.map(({ skuId }) => skuId), ...removeLicenses]
  return new Set(touched).size === touched.length ? { addLicenses, removeLicenses } : undefined
}
