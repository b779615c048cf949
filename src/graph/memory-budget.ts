import type { Bucket, Budget } from '../core/budget.ts'
import type { Clock } from '../core/clock.ts'

interface Level {
  units: number
  atMs: number
  pausedUntilMs: number
}

/** Rounding errors must not cause another wait. */
const tolerance = 1e-6

type Spend = Parameters<Budget['take']>[0]

/** A bucket that is named twice is charged once, the sum. */
const summed = (spend: Spend): Spend => {
  const sums = new Map<string, Spend[number]>()
  for (const { bucket, units } of spend)
    sums.set(bucket.name, { bucket, units: units + (sums.get(bucket.name)?.units ?? 0) })
  return [...sums.values()]
}

/** A budget for this process only. */
export const memoryBudget = (clock: Clock): Budget => {
  const levels = new Map<string, Level>()

  const levelOf = ({ name, capacity, windowMs }: Bucket): Level => {
    const now = clock.now()
    let level = levels.get(name)
    if (!level) levels.set(name, (level = { units: capacity, atMs: now, pausedUntilMs: 0 }))
    // If the clock was set back, nothing is refilled this time, and the rest of a pause is unknown.
    if (now < level.atMs) level.pausedUntilMs = 0
    level.units = Math.min(capacity, level.units + (Math.max(0, now - level.atMs) * capacity) / windowMs)
    level.atMs = now
    return level
  }

  return {
    async take(spend) {
      let waitMs = 0
      for (const { bucket, units } of summed(spend)) {
        const level = levelOf(bucket)
        const missing = Math.min(units, bucket.capacity) - level.units
        if (missing > tolerance) waitMs = Math.max(waitMs, (missing * bucket.windowMs) / bucket.capacity)
        waitMs = Math.max(waitMs, level.pausedUntilMs - level.atMs)
      }
      if (waitMs > 0) return Math.ceil(waitMs)
      for (const { bucket, units } of spend) levelOf(bucket).units -= units
      return 0
    },
    async settle(bucket, units) {
      const level = levelOf(bucket)
      level.units = Math.min(bucket.capacity, level.units - units)
    },
    async pause(bucket, untilMs) {
      const level = levelOf(bucket)
      level.pausedUntilMs = Math.max(level.pausedUntilMs, untilMs)
    },
  }
}
