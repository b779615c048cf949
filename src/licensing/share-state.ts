import type { Product } from './products.ts'
import { disablesSame, isOlder, type Inherited, type UserLicences } from './user-licences.ts'

/** What has become of a product that a group gives, or no longer gives, for one member. */
type ShareState = { readonly isRenewed?: true } & (
  | { readonly state: 'active' | 'pending' }
  /** The error is from before the request, so it may be gone once the member is processed. */
  | { readonly state: 'pending'; readonly isOutdated: true }
  | { readonly state: 'error'; readonly error: string }
)

/**
 * Compares what a member has through a group with what the group assigns. `pending`: it has not been processed. A product that the group no longer
 * assigns is `active` once it is gone.
 *
 * @param off ids of the plans that the group turns off; undefined if it does not assign the product
 * @param sinceMs when a change was requested, by the clock of Graph in whole seconds; undefined if none was. What Graph has updated since `isRenewed`
 */
export const shareState = (
  { inherited }: UserLicences,
  group: string,
  product: Product,
  off: ReadonlySet<string> | undefined,
  sinceMs?: number,
): ShareState => {
  const share = inherited.get(product.skuId)?.find(each => each.group === group.toLowerCase())
  if (!share) return { state: off ? 'pending' : 'active' }
  const renewed = sinceMs !== undefined && share.updatedMs !== undefined && share.updatedMs >= sinceMs
  return { ...stateOf(share, product, off, sinceMs), ...(renewed && { isRenewed: true }) }
}

const stateOf = (
  share: Inherited,
  product: Product,
  off: ReadonlySet<string> | undefined,
  sinceMs: number | undefined,
): ShareState => {
  const isWrong = share.error !== null || share.state !== 'Active'
  if (isWrong && isOlder(share, sinceMs)) return { state: 'pending', isOutdated: true }
  // `Other` and `Others` are one error: pages and replies of Graph differ.
  if (isWrong) return { state: 'error', error: (share.error ?? share.state).replace(/^Others$/, 'Other') }
  return { state: off && disablesSame(product, share.disabledPlans, off) ? 'active' : 'pending' }
}
