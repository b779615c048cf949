import type { UserLicences } from '../user-licences.ts'
import type { LicenceChange } from './decision.ts'

/**
 * The direct licences of a user for some products, as they are kept before a change and compared after it: ids of disabled plans in order, or
 * null for a product that the user does not have directly. What groups give, and dates, are no part of it.
 */
type DirectStates = Readonly<Record<string, readonly string[] | null>>

/** The products that a change touches. */
export const touchedBy = ({ addLicenses, removeLicenses }: LicenceChange): readonly string[] => [
  ...addLicenses.map(({ skuId }) => skuId),
  ...removeLicenses,
]

/** The direct licences of these products. */
export const directStates = ({ direct }: UserLicences, skuIds: readonly string[]): DirectStates =>
  Object.fromEntries(
    skuIds.toSorted().map(sku => {
      const own = direct.get(sku)
      return [sku, own ? [...own.disabledPlans].sort() : null]
    }),
  )

/** The change that makes the direct licences what they were: what undoes another one. */
export const changeTo = (user: UserLicences, wanted: DirectStates): LicenceChange => {
  const now = directStates(user, Object.keys(wanted))
  const unlike = Object.entries(wanted).filter(([sku, plans]) => JSON.stringify(plans) !== JSON.stringify(now[sku]))
  return {
    addLicenses: unlike.flatMap(([skuId, disabledPlans]) => (disabledPlans ? [{ skuId, disabledPlans }] : [])),
    removeLicenses: unlike.flatMap(([skuId, disabledPlans]) => (disabledPlans ? [] : [skuId])),
  }
}
