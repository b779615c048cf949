import { shownProduct } from '../find-product.ts'
import type { Product } from '../products.ts'
import type { UserLicences } from '../user-licences.ts'
import type { LicenceDecision } from './decision.ts'
import { givenByGroups, onlyByGroups, type GroupName } from './held.ts'

/**
 * Removes a product that was assigned directly. Where a group gives it, too, the user keeps it through the group, and no unit is freed.
 */
export const decideRemove = (
  user: UserLicences,
  product: Product,
  groupName: GroupName = id => id,
): LicenceDecision => {
  if (user.direct.has(product.skuId)) return { change: { addLicenses: [], removeLicenses: [product.skuId] } }
  const groups = givenByGroups(user, product)
  return groups.length > 0
    ? { skipped: `${onlyByGroups(product, groups, groupName)} Remove the user from the group.` }
    : { unchanged: `The user does not have ${shownProduct(product)}.` }
}
