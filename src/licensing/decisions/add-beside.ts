import { joined } from '../../core/joined.ts'
import { shownProduct } from '../find-product.ts'
import type { Product } from '../products.ts'
import { unitsOf, type UserLicences } from '../user-licences.ts'
import { decideAssign } from './assign.ts'
import type { LicenceDecision } from './decision.ts'
import type { GroupName } from './held.ts'
import { decideModify } from './modify.ts'

/** A product that users get beside another one. */
interface BesideWish {
  readonly product: Product
  /** Who has none of these gets nothing. Empty: everybody gets it. */
  readonly beside: readonly Product[]
  /** Ids of plans to turn on and off, where the user has the product already. None is in both. */
  readonly enable: ReadonlySet<string>
  readonly disable: ReadonlySet<string>
}

/**
 * Assigns a product to a user who has another one, directly or by a group. Who has it already keeps it, with those plans turned on and off.
 */
export const decideBeside = (
  user: UserLicences,
  { product, beside, enable, disable }: BesideWish,
  groupName?: GroupName,
): LicenceDecision => {
  const held = unitsOf(user)
  if (beside.length > 0 && !beside.some(({ skuId }) => held.has(skuId)))
    return { skipped: `The user does not have ${joined(beside.map(shownProduct), 'or')}.` }
  const own = user.direct.get(product.skuId)
  return own && own.state !== 'Error' && enable.size + disable.size > 0
    ? decideModify(user, { product, enable, disable }, groupName)
    : decideAssign(user, { product, ...(!own && { off: disable }) }, groupName)
}
