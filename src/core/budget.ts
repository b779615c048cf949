/** A quota: `capacity` units come back evenly over `windowMs`, and never more than `capacity` are there. */
export interface Bucket {
  /** Unique per app, tenant and quota, for example `read/<appId>/<tenantId>`. */
  readonly name: string
  readonly capacity: number
  readonly windowMs: number
}

/**
 * What the governor spends from. One budget may be shared by many processes.
 *
 * `take` takes the units of every bucket or of none, and answers how many milliseconds to wait before asking again;
 * 0 means taken. A spend larger than a bucket's capacity is granted when the bucket is full.
 */
export interface Budget {
  take(spend: readonly { readonly bucket: Bucket; readonly units: number }[]): Promise<number>
  /** Corrects a spend by what the service really charged; negative units give back. Never waits. */
  settle(bucket: Bucket, units: number): Promise<void>
  /** Nobody takes from the bucket before `untilMs` (clock time): the service said so. */
  pause(bucket: Bucket, untilMs: number): Promise<void>
}
