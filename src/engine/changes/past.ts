import type { Clock } from '../../core/clock.ts'

/** Returns when something happened that was noted at a time, in milliseconds since 1970. */
export type Past = (notedMs: number) => number

/**
 * A time that is ahead of the clock was noted before the clock was set back. How long ago that was is not known, so it counts as the
 * moment at which this process first met it: what waits for it waits at most as long as after a change of its own.
 */
export const pastTimes = (clock: Clock): Past => {
  let latest = 0
  let metAt = 0
  return notedMs => {
    const now = clock.now()
    if (notedMs <= now) return notedMs
    // The clock may be set back again.
    if (notedMs > latest || metAt > now) [latest, metAt] = [Math.max(latest, notedMs), now]
    return metAt
  }
}
