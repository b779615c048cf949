import type { Bucket, Budget } from '../core/budget.ts'
import type { Level } from './token-file.ts'

/** Units of buckets, by name. */
export type Spend = ReadonlyMap<string, { readonly bucket: Bucket; readonly units: number }>

/** The sum for each bucket. */
export const spendByBucket = (spend: Parameters<Budget['take']>[0]): Spend => {
  const sums = new Map<string, { readonly bucket: Bucket; readonly units: number }>()
  for (const { bucket, units } of spend)
    sums.set(bucket.name, { bucket, units: units + (sums.get(bucket.name)?.units ?? 0) })
  return sums
}

/** Units to lease in advance: a twentieth of the bucket, and at most half of the free units. */
export const unitsAhead = (bucket: Bucket, tokens: number, most: number): number =>
  Math.max(0, Math.floor(Math.min(most, bucket.capacity / 20, tokens / 2)))

/** Time until `units` are available. A request larger than the bucket is granted when the bucket is full. */
export const waitMs = (
  { capacity, windowMs }: Bucket,
  units: number,
  { tokens, most, pausedUntil }: Omit<Level, 'own'>,
  now: number,
): number => {
  const missing = Math.min(units, most) - tokens
  // Less than a millionth is a rounding error.
  const refillMs = missing > 1e-6 ? Math.max(1, Math.ceil((missing * windowMs) / capacity)) : 0
  return Math.max(refillMs, pausedUntil - now, 0)
}
