/** The body of a request to `assignLicense`. @see https://learn.microsoft.com/graph/api/user-assignlicense */
export interface LicenceChange {
  readonly addLicenses: readonly { readonly skuId: string; readonly disabledPlans: readonly string[] }[]
  readonly removeLicenses: readonly string[]
}

/** The products that a change touches. */
export const touchedBy = ({ addLicenses, removeLicenses }: LicenceChange): readonly string[] => [
  ...addLicenses.map(({ skuId }) => skuId),
  ...removeLicenses,
]

/** A plan that is off after a transfer, because it needs one that is off. */
export interface LeftOff {
  readonly plan: string
  /** The plans of which one would be needed, as far as the product has them. */
  readonly needs: readonly string[]
}

/**
 * What is done for one row of a user. `unchanged`: the user has it already · `skipped`: it cannot be done this way. Both say why, as a
 * sentence.
 */
export type LicenceDecision =
  | { readonly change: LicenceChange; readonly leftOff?: readonly LeftOff[] }
  | { readonly unchanged: string }
  | {
      readonly skipped: string
      /** What the result says besides, if it is not about who gives the product. */
      readonly code?: string
      readonly fix?: string
    }
