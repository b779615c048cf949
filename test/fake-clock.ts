import { setImmediate } from 'node:timers'
import type { Clock } from '../src/core/clock.ts'

export interface FakeClock {
  readonly clock: Clock
  /** Every sleep that was asked for, in milliseconds, in the order asked. */
  readonly slept: number[]
  advance(ms: number): void
}

interface Sleeper {
  readonly dueAt: number
  readonly wake: () => void
}

/**
 * A clock for tests: nobody waits. Sleepers wake one a turn of the event loop, the earliest first, and the time is then
 * what they slept for.
 *
 * @param startMs @default 2026-01-01T00:00:00Z
 */
export const fakeClock = (startMs = Date.UTC(2026, 0, 1)): FakeClock => {
  let now = startMs
  const slept: number[] = []
  const sleepers: Sleeper[] = []
  const wakeNext = () => {
    const next = sleepers.shift()
    if (!next) return
    now = Math.max(now, next.dueAt)
    next.wake()
  }
  return {
    slept,
    advance: ms => {
      now += ms
    },
    clock: {
      now: () => now,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason as Error)
          slept.push(ms)
          const give = () => {
            const at = sleepers.indexOf(sleeper)
            if (at >= 0) sleepers.splice(at, 1)
            reject(signal?.reason as Error)
          }
          const sleeper: Sleeper = {
            dueAt: now + ms,
            wake: () => {
              signal?.removeEventListener('abort', give)
              resolve()
            },
          }
          signal?.addEventListener('abort', give, { once: true })
          const after = sleepers.findIndex(other => other.dueAt > sleeper.dueAt)
          sleepers.splice(after < 0 ? sleepers.length : after, 0, sleeper)
          setImmediate(wakeNext)
        }),
    },
  }
}
