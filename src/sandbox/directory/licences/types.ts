import type { CatalogueSku } from '../../../data/sku-catalogue.ts'

/** Who assigns a licence: null directly, else the id of the group. */
type Assigner = string | null

/** Why a group could not assign or remove a licence. @see https://learn.microsoft.com/graph/api/resources/licenseassignmentstate */
export type LicenceError =
  | 'CountViolation'
  | 'MutuallyExclusiveViolation'
  | 'DependencyViolation'
  | 'ProhibitedInUsageLocationViolation'
  | 'Other'

/** A product that is assigned, with the ids of the plans that are off. */
export interface Licence {
  readonly skuId: string
  readonly disabledPlans: readonly string[]
}

/** A product as one assigner gives it to a user, or cannot. */
export interface Share extends Licence {
  readonly state: 'Active' | 'ActiveWithError' | 'Error'
  readonly error: LicenceError | null
}

/** A share with its assigner and the time of its last change, in ISO 8601. */
export interface LicenceState extends Share {
  readonly by: Assigner
  readonly at: string
}

/** Direct licences as they are kept with a user: the property `assignedLicenses` of its record. */
export interface DirectLicence extends Licence {
  readonly at: string
}

/** Units of a product that were bought. */
export interface PrepaidUnits {
  readonly enabled: number
  readonly warning: number
  readonly suspended: number
  readonly lockedOut: number
}

/** A product of the tenant with its units. */
export interface OwnedSku extends CatalogueSku {
  readonly units: PrepaidUnits
  readonly consumed: number
}

/** Which units a user can take. */
export interface UnitRule {
  /** Whether units in their grace period count as free ones. */
  readonly warningUnitsAssignable: boolean
}

/** How group-based licensing runs. */
export interface WorkPace extends UnitRule {
  /** Time between a change and its processing, by the directory's clock. */
  readonly delayMs: number
  /** Members of a group that are processed in a second of the directory's clock; 0 is unlimited. */
  readonly membersPerSecond: number
}

/** A time during which a user had a licence by one assigner, for tests. */
export interface LicenceTruth {
  /** Id of the user. */
  readonly user: string
  /** Id of the product. */
  readonly sku: string
  readonly by: 'direct' | string
  readonly disabledPlans: readonly string[]
  /** In ISO 8601. */
  readonly from: string
  readonly until: string | null
  /** `request-id` of the request that caused it; null for those from the start. */
  readonly request: string | null
  /** `client-request-id` that was sent with it. */
  readonly client: string | null
  /** `request-id` of the request that ended it. */
  readonly untilRequest: string | null
  /** `client-request-id` that was sent with that one. */
  readonly untilClient: string | null
}

/** Whether a user has the licence. */
export const isActive = ({ state }: Share): boolean => state !== 'Error'
