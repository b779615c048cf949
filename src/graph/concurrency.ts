import type { Clock } from '../core/clock.ts'

/** Limits concurrent requests: raised while they succeed, halved when the service pushes back. */
interface Concurrency {
  readonly limit: number
  /** A request succeeded. Counts only while the limit delays requests. */
  wentWell(wasFull: boolean): void
  /** The service pushed back on a request that was sent at `sentAtMs`. */
  pushedBack(sentAtMs: number): void
}

/** Concurrent requests: initial, minimum and maximum. */
export interface ConcurrencyOptions {
  /** @default 8 */
  readonly start?: number
  /** @default 1 */
  readonly least?: number
  /** @default 64 */
  readonly most?: number
}

/**
 * Doubles with each round until the service pushes back for the first time, then additive increase, multiplicative decrease. Requests
 * sent before the last decrease do not cause another one.
 */
export const createConcurrency = (
  clock: Clock,
  changed: (limit: number) => void,
  { start = 8, least = 1, most = 64 }: ConcurrencyOptions = {},
): Concurrency => {
  let limit = start
  let credit = 0
  let cutAtMs = -Infinity
  const set = (to: number) => {
    limit = Math.min(most, Math.max(least, to))
    credit = 0
    changed(limit)
  }
  return {
    get limit() {
      return limit
    },
    wentWell: wasFull => {
      if (wasFull && limit < most && ++credit >= (cutAtMs === -Infinity ? 1 : limit)) set(limit + 1)
    },
    pushedBack: sentAtMs => {
      if (sentAtMs < cutAtMs) return
      cutAtMs = clock.now()
      set(Math.floor(limit / 2))
    },
  }
}
