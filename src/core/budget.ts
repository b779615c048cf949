/** A quota: `capacity` units refill evenly over `windowMs`, and never exceed `capacity`. */
export interface Bucket {
  /** Unique per app, tenant and quota, for example `read/<appId>/<tenantId>`. */
  readonly name: string
  readonly capacity: number
  readonly windowMs: number
}

/**
 * What the governor spends from. One budget may be shared by many processes.
 *
 * `take` takes the units of all buckets or of none. It resolves to the milliseconds to wait before asking again; 0 means
 * that they were taken. A spend larger than a bucket's capacity is granted when the bucket is full.
 */
export interface Budget {
  take(spend: readonly { readonly bucket: Bucket; readonly units: number }[]): Promise<number>
  /** Corrects a spend by what the service really charged; negative units give back. Never waits. */
  settle(bucket: Bucket, units: number): Promise<void>
  /** Grants nothing from the bucket before `untilMs` (clock time): the service asked for it. */
  pause(bucket: Bucket, untilMs: number): Promise<void>
}
