import { joined } from '../../core/joined.ts'
import { shownProduct } from '../find-product.ts'
import { switchablePlans, type Product } from '../products.ts'
import { disablesSame, type UserLicences } from '../user-licences.ts'
import type { LicenceDecision } from './decision.ts'
import { byGroups, coveredBy, plansBut, type GroupName } from './held.ts'

/** A product that a user shall have. */
export interface AssignWish {
  readonly product: Product
  /**
   * Ids of the plans that shall be off, all others on. Without it the whole product is assigned, but a user who has it directly keeps it with
   * the plans that are on.
   */
  readonly off?: ReadonlySet<string>
}

/**
 * Assigns a product directly. What the user has of it directly is compared by its disabled plans; a user who has all wanted plans through
 * groups is left as it is, and skipped if these also give a plan that shall be off.
 */
export const decideAssign = (
  user: UserLicences,
  { product, off }: AssignWish,
  groupName: GroupName = id => id,
): LicenceDecision => {
  const own = user.direct.get(product.skuId)
  const wanted = off ?? new Set<string>()
  if (own && own.state !== 'Error' && (off === undefined || disablesSame(product, own.disabledPlans, off)))
    return { unchanged: `The user already has ${shownProduct(product)}${withPlansOff(product, own.disabledPlans)}.` }
  const groups = own ? undefined : coveredBy(user, product, plansBut(product, wanted))
  if (groups) {
    const left = switchablePlans(product, wanted).filter(plan => coveredBy(user, product, [plan]))
    return left.length === 0
      ? { unchanged: `The user already has ${shownProduct(product)} ${byGroups(groups, groupName)}.` }
      : {
          skipped: `The user has ${shownProduct(product)} ${byGroups(groups, groupName)}, with ${joined(namesIn(product, left))} on. A direct licence turns off nothing that a group gives.`,
        }
  }
  const kept = off ?? own?.disabledPlans ?? wanted
  return {
    change: {
      addLicenses: [{ skuId: product.skuId, disabledPlans: switchablePlans(product, kept) }],
      removeLicenses: [],
    },
  }
}

const namesIn = ({ plans }: Product, ids: readonly string[]): readonly string[] =>
  plans.filter(({ id }) => ids.includes(id)).map(({ name }) => name)

const withPlansOff = (product: Product, off: ReadonlySet<string>): string => {
  const names = namesIn(product, switchablePlans(product, off))
  return names.length === 0 ? '' : `, without ${names.join(', ')}`
}
