import type { Product } from './products.ts'
import { disablesSame, type UserLicences } from './user-licences.ts'

/** What has become of a product that a group gives, or no longer gives, for one member. */
type ShareState = { readonly state: 'active' | 'pending' } | { readonly state: 'error'; readonly error: string }

/**
 * Compares what a member has through a group with what the group assigns. `pending`: it has not been processed. A product that the group no longer
 * assigns is `active` once it is gone.
 *
 * @param off ids of the plans that the group turns off; undefined if it does not assign the product
 */
export const shareState = (
  { inherited }: UserLicences,
  group: string,
  product: Product,
  off: ReadonlySet<string> | undefined,
): ShareState => {
  const share = inherited.get(product.skuId)?.find(each => each.group === group.toLowerCase())
  if (!share) return { state: off ? 'pending' : 'active' }
  // `Other` and `Others` are one error: pages and replies of Graph differ.
  if (share.error !== null || share.state !== 'Active')
    return { state: 'error', error: (share.error ?? share.state).replace(/^Others$/, 'Other') }
  return { state: off && disablesSame(product, share.disabledPlans, off) ? 'active' : 'pending' }
}
