import type { Clock } from '../src/core/clock.ts'

/** A clock for tests that stands still until it is moved: what sleeps until then wakes. */
export const steppedClock = (start: string | number) => {
  let now = new Date(start).getTime()
  const sleepers = new Set<() => void>()
  const slept: number[] = []
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        slept.push(ms)
        const dueAt = now + ms
        const wake = (): void => {
          if (dueAt > now) return
          sleepers.delete(wake)
          signal?.removeEventListener('abort', give)
          resolve()
        }
        const give = (): void => {
          sleepers.delete(wake)
          reject(signal?.reason as Error)
        }
        sleepers.add(wake)
        signal?.addEventListener('abort', give, { once: true })
      }),
  }
  return {
    clock,
    /** Every sleep that was asked for, in milliseconds. */
    slept,
    moveTo(time: string | number) {
      now = new Date(time).getTime()
      for (const wake of [...sleepers]) wake()
    },
  }
}
