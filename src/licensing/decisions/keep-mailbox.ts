import { shownProduct } from '../find-product.ts'
import { isMailboxPlan } from '../mailbox.ts'
import { switchablePlans, type Product } from '../products.ts'
import { disablesSame, type UserLicences } from '../user-licences.ts'
import type { LicenceDecision } from './decision.ts'

/** Turns off everything in a direct licence but the plans that give its mailbox. The user still takes a unit. */
export const decideKeepMailbox = ({ direct }: UserLicences, product: Product): LicenceDecision => {
  const own = direct.get(product.skuId)!
  const off = new Set(switchablePlans(product).filter(id => !isMailboxPlan(id) || own.disabledPlans.has(id)))
  return disablesSame(product, own.disabledPlans, off)
    ? { unchanged: `Only the mailbox of ${shownProduct(product)} is on already, and it is kept.` }
    : {
        change: {
          addLicenses: [{ skuId: product.skuId, disabledPlans: switchablePlans(product, off) }],
          removeLicenses: [],
        },
      }
}
