/** Switches for the less common behaviours of Graph. */
export interface Knobs {
  /**
   * Lifetime of the page tokens of filtered listings that are not advanced queries; 0 is unlimited. Measured in real time, so
   * that moving the directory's clock does not break listings in progress. @default 0
   */
  readonly pageTokenLifeMs?: number
  /** Lifetime of delta tokens, by the directory's clock. @default 7 days */
  readonly deltaTokenLifeMs?: number
  /** Number of changes before a delta token that are repeated in its round. @default 0 */
  readonly deltaReplays?: number
  /** Objects per page of a delta. @default 200 */
  readonly deltaPageSize?: number
  /** Links per page of a delta, in the first reading and in later rounds. A larger group spans several pages. @default 500 */
  readonly deltaMembersPerPage?: number
  /** Users have no `createdDateTime`, as in the USNat and USSec clouds. @default false */
  readonly withoutCreatedDateTime?: boolean
  /**
   * Refuses filters that a resource's page documents and Microsoft's generated table of operators does not, such as
   * `displayName ge 'm'`. @default false
   */
  readonly refusesDisputed?: boolean
  /** Number of objects that the directory can hold; 0 is unlimited. @default 0 */
  readonly objectQuota?: number
  /**
   * What `DELETE /groups/{id}/members/{id}` without `/$ref` does: Graph deletes the member itself; `refuse` answers 501, so
   * that a client which does this by mistake is noticed. @default 'delete'
   */
  readonly refLess?: 'delete' | 'refuse'
  /**
   * Whether deleted security groups are kept in the bin, as announced for 2026 (MC1183299). If false, they are gone at once, as
   * on the page "Delete group". @default true
   */
  readonly securityGroupBin?: boolean
  /** Time in milliseconds for which a write holds the objects that it changes, in addition to the latency. @default 20 */
  readonly writeMs?: number
  /** The status of a write that meets an object held by another write. Graph usually answers 409, sometimes 400. @default 409 */
  readonly concurrencyStatus?: 409 | 400
  /**
   * How long the provisioning service takes to begin with users that were uploaded, by the directory's clock. Microsoft says "near
   * real-time". @default 1 second
   */
  readonly provisioningCycleMs?: number
  /** How long it takes until the provisioning log shows what was done, by the directory's clock: with Microsoft 5 to 10 minutes. @default 1 second */
  readonly provisioningLogMs?: number
  /** Whether a user that is uploaded without `active` is disabled: Microsoft does not say, and reports say so. @default false */
  readonly missingActiveDisables?: boolean
  /**
   * What happens to the licences of a deleted user: they are held for 30 days, as on Microsoft's page; or freed at once, and taken again
   * when the user is restored, as far as there are units (unconfirmed). @default 'held'
   */
  readonly deletedLicences?: 'held' | 'freed'
  /** Whether units in their grace period (`prepaidUnits.warning`) can be assigned. @default true */
  readonly warningUnitsAssignable?: boolean
  /** Time in milliseconds until group-based licensing begins with a change of a group or of its members, by the directory's clock. @default 1 second */
  readonly groupLicensingMs?: number
  /** Members of a group whose licences are processed in a second of the directory's clock; 0 is unlimited. @default 5000 */
  readonly groupLicensingPerSecond?: number
  /** Days for which a role can be active at most, by its settings; 0 is unlimited, and allows roles without an end. @default 0 */
  readonly maxActiveRoleDays?: number
  /** As `maxActiveRoleDays`, for eligible roles. @default 0 */
  readonly maxEligibleRoleDays?: number
  /** Whether the settings of roles require a ticket for active ones. @default false */
  readonly roleTicketRequired?: boolean
  /**
   * Whether a write that meets a held object waits until it is free, instead of being refused: for clients that change one group
   * with parallel requests, which Graph often performs all the same. @default false
   */
  readonly queueWrites?: boolean
}

/** The usual behaviour of Graph. */
export const defaultKnobs: Required<Knobs> = {
  pageTokenLifeMs: 0,
  deltaTokenLifeMs: 7 * 24 * 60 * 60 * 1_000,
  deltaReplays: 0,
  deltaPageSize: 200,
  deltaMembersPerPage: 500,
  withoutCreatedDateTime: false,
  refusesDisputed: false,
  objectQuota: 0,
  refLess: 'delete',
  securityGroupBin: true,
  writeMs: 20,
  concurrencyStatus: 409,
  queueWrites: false,
  provisioningCycleMs: 1_000,
  provisioningLogMs: 1_000,
  missingActiveDisables: false,
  deletedLicences: 'held',
  warningUnitsAssignable: true,
  groupLicensingMs: 1_000,
  groupLicensingPerSecond: 5_000,
  maxActiveRoleDays: 0,
  maxEligibleRoleDays: 0,
  roleTicketRequired: false,
}
