import { shownProduct } from '../find-product.ts'
import { switchablePlans, type Product } from '../products.ts'
import { disablesSame, type UserLicences } from '../user-licences.ts'
import type { LicenceDecision } from './decision.ts'
import { byGroups, coveredBy, givenByGroups, onlyByGroups, type GroupName } from './held.ts'

/** Plans of a product to turn on and off, by id. All others stay as they are. No plan is in both. */
interface ModifyWish {
  readonly product: Product
  readonly enable: ReadonlySet<string>
  readonly disable: ReadonlySet<string>
}

/** Turns plans of a direct licence on and off. What groups give is changed with the group. */
export const decideModify = (
  user: UserLicences,
  { product, enable, disable }: ModifyWish,
  groupName: GroupName = id => id,
): LicenceDecision => {
  const own = user.direct.get(product.skuId)
  const groups = givenByGroups(user, product)
  if (!own) {
    if (groups.length === 0) return { skipped: `The user does not have ${shownProduct(product)}.` }
    const covering = disable.size === 0 ? coveredBy(user, product, switchablePlans(product, enable)) : undefined
    return covering
      ? { unchanged: `The user already has these plans ${byGroups(covering, groupName)}.` }
      : { skipped: `${onlyByGroups(product, groups, groupName)} Its plans are changed with the group.` }
  }
  const off = new Set([...own.disabledPlans].filter(id => !enable.has(id)).concat([...disable]))
  if (disablesSame(product, own.disabledPlans, off))
    return { unchanged: `The plans of ${shownProduct(product)} already are as wanted.` }
  return {
    change: {
      addLicenses: [{ skuId: product.skuId, disabledPlans: switchablePlans(product, off) }],
      removeLicenses: [],
    },
  }
}
