/** A quota. It refills evenly by `capacity` units per `windowMs` and never exceeds `capacity`. */
export interface Bucket {
  /** Unique per app, tenant and quota, for example `read/<appId>/<tenantId>`. */
  readonly name: string
  readonly capacity: number
  readonly windowMs: number
}

/**
 * The buckets that the governor spends from. Several processes may share one budget.
 *
 * `take` takes the units from all buckets or from none. It resolves to the milliseconds to wait before the next attempt; 0
 * means that they were taken. A spend larger than a bucket's capacity is granted when the bucket is full.
 */
export interface Budget {
  take(spend: readonly { readonly bucket: Bucket; readonly units: number }[]): Promise<number>
  /** Corrects a spend by what the service charged. Negative units are returned. Never waits. */
  settle(bucket: Bucket, units: number): Promise<void>
  /** Grants nothing from the bucket before `untilMs` (clock time), as the service requested. */
  pause(bucket: Bucket, untilMs: number): Promise<void>
}
