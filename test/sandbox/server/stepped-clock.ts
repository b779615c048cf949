import type { Clock } from '../../../src/core/clock.ts'

interface Sleeper {
  readonly ms: number
  readonly wake: () => void
}

/** A clock whose sleepers wake only when the test says so. Its time is fixed. */
export const steppedClock = () => {
  let sleeping: Sleeper[] = []
  const watchers = new Set<() => void>()
  const clock: Clock = {
    now: () => Date.UTC(2026, 0, 1),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const give = () => {
          sleeping = sleeping.filter(one => one !== sleeper)
          reject(signal?.reason as Error)
        }
        const sleeper: Sleeper = {
          ms,
          wake: () => {
            signal?.removeEventListener('abort', give)
            resolve()
          },
        }
        signal?.addEventListener('abort', give, { once: true })
        sleeping.push(sleeper)
        for (const watcher of watchers) watcher()
      }),
  }
  /** Resolves when exactly this many sleep. */
  const asleep = async (count: number): Promise<void> => {
    if (sleeping.length === count) return
    await new Promise<void>(resolve => {
      const watcher = () => {
        if (sleeping.length !== count) return
        watchers.delete(watcher)
        resolve()
      }
      watchers.add(watcher)
    })
  }
  /** Waits until this many sleep, wakes all of them, and returns how long each slept. */
  const wake = async (count: number): Promise<readonly number[]> => {
    await asleep(count)
    const woken = sleeping
    sleeping = []
    for (const { wake } of woken) wake()
    return woken.map(({ ms }) => ms)
  }
  return { clock, asleep, wake }
}
